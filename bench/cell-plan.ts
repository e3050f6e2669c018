// The plan of one cell of `darts-cnn`, with the gradients of its inputs, alphas and weights.

import { Random } from '../src/base/random.ts';
import { initialiseParameters } from '../src/engine/session.ts';
import type { Executor } from '../src/kernels/executor.ts';
import { Graph, PlanBuilder } from '../src/kernels/graph.ts';
import { softmax } from '../src/kernels/operations/softmax/definition.ts';
import type { Plan } from '../src/kernels/plan.ts';
import { fusedCell } from '../src/supernet/cell-fused.ts';
import { type Parameter, Parameters, weightArena } from '../src/supernet/parameters.ts';
import { dartsCnn } from '../src/supernet/spaces/darts-cnn.ts';
import { relaxedWiring } from '../src/supernet/wiring.ts';
import { instructions as addInstructions } from '../src/kernels/operations/add/types.ts';

interface CellPlan {
  /** Programs `forward`, and `both`: the backward pass too. */
  readonly plan: Plan;
  readonly weights: readonly Parameter[];
}

/** shape: of both inputs, [N, H, W, C]. Inputs and the gradients of the outputs are in the arena `images`. */
export function cellPlan(kind: 'normal' | 'reduce', shape: readonly number[]): CellPlan {
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const inputs = [0, 1].map((i) => builder.persistent('images', `x${i}`, shape));
  const wiring = relaxedWiring(dartsCnn, kind);
  const alpha = builder.persistent('alphas', 'alpha', [wiring.edges.length, dartsCnn.operations.length]);
  const into = { images: 'dImages', alphas: 'dAlphas', [weightArena]: 'dWeights' };
  for (const [arena, parallel] of Object.entries(into)) {
    builder.vector(arena);
    builder.vector(parallel, arena);
  }
  const record = (program: string, backward: boolean): void =>
    builder.program(program, () => {
      const graph = new Graph(builder, into);
      const mix = { operations: softmax(graph, alpha) };
      const context = { graph, parameters, norms: 'search', space: dartsCnn, wiring, name: 'cell' } as const;
      const outputs = fusedCell({ ...context, mix }, inputs);
      if (!backward) return;
      const root = graph.activation('root', [1]);
      graph.onBackward(outputs, [root], (gradients) => {
        for (const [i, output] of outputs.entries()) {
          const dy = builder.persistent('images', `dy${i}`, output.shape);
          const { tensor, accumulate } = gradients.into(output)!;
          builder.emit(addInstructions.backward({ reads: { dy }, writes: { dx: tensor }, accumulate }));
        }
      });
      graph.backward([root]);
    });
  record('forward', false);
  record('both', true);
  return { plan: builder.build(), weights: parameters.list() };
}

/** Writes synthetic values to all inputs of the cell. */
export function fillCell(executor: Executor, { plan, weights }: CellPlan): void {
  const random = Random.fromSeed(0);
  initialiseParameters(executor, weights, random);
  for (const arena of ['images', 'alphas']) {
    executor.writeArena(
      arena,
      Float32Array.from({ length: plan.arenas[arena]! }, () => random.normal()),
    );
  }
}
