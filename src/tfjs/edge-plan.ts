// The plan of one mixed edge: programs `forward` and `backward` over arenas that are tensors of tfjs.

import { Graph, PlanBuilder } from '../kernels/graph.ts';
import { softmax } from '../kernels/operations/softmax/definition.ts';
import type { Plan } from '../kernels/plan.ts';
import { splitProgram } from '../kernels/split.ts';
import type { Tensor } from '../kernels/tensor.ts';
import { fusedCell } from '../supernet/cell-fused.ts';
import type { CandidateOperation } from '../supernet/layers.ts';
import { type Parameter, Parameters, weightArena } from '../supernet/parameters.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';

interface EdgeDescription {
  /** Of x: [N, H, W, C]. */
  readonly shape: readonly number[];
  readonly stride: 1 | 2;
  /** By column of alpha. */
  readonly operations: readonly CandidateOperation[];
  /** What the backward pass computes besides the gradient of x. */
  readonly gradients: { readonly alpha: boolean; readonly weights: boolean };
}

/** Gradients are in arenas parallel to those of their variables: `dx`, `dalpha`, `dweights`. */
export interface EdgePlan {
  readonly description: EdgeDescription;
  readonly plan: Plan;
  readonly x: Tensor;
  /** [1, O] */
  readonly alpha: Tensor;
  readonly weights: readonly Parameter[];
  readonly y: Tensor;
  readonly dy: Tensor;
}

/** Before the names of all weights. */
const prefix = 'edge.';

/** The name of a weight for users: `sep_conv_3x3.op.1.weight`. */
export function publicName({ name }: Parameter): string {
  return name.slice(prefix.length);
}

export function edgePlan(description: EdgeDescription): EdgePlan {
  const { shape, stride, operations, gradients } = description;
  const recorder = new PlanBuilder();
  const x = recorder.persistent('x', 'x', shape);
  const alpha = recorder.persistent('alpha', 'alpha', [1, operations.length]);
  const parameters = new Parameters(recorder);
  const into: Record<string, string> = { x: 'dx' };
  if (gradients.alpha) into['alpha'] = 'dalpha';
  if (gradients.weights) into[weightArena] = 'dweights';
  for (const [arena, parallel] of Object.entries(into)) {
    recorder.vector(arena);
    recorder.vector(parallel, arena);
  }
  const ends = recorder.program('whole', () => {
    const graph = new Graph(recorder, into);
    const wired = operations.map(({ name }, column) => ({ column, name }));
    const wiring = {
      inputs: 1,
      nodes: 1,
      inputStride: stride,
      edges: [{ from: 0, node: 0, stride, row: 0, operations: wired }],
      output: [1],
      mixed: true,
      parts: 1,
    };
    const space = { ...dartsCnn, operations };
    const context = { graph, parameters, norms: 'search', space, wiring, name: prefix.slice(0, -1) } as const;
    const [y] = fusedCell({ ...context, mix: { operations: softmax(graph, alpha) } }, [x]);
    return { y: y!, dy: backwardFrom(graph, y!) };
  });
  const builder = splitProgram(recorder, 'whole', ends);
  const plan = builder.build();
  const [y, dy] = [builder.inArena('y').get('y')!, builder.inArena('dy').get('dy')!];
  return { description, plan, x, alpha, weights: parameters.list(), y, dy };
}

/** Emits the backward pass from a gradient of y, and returns the tensor that is to hold that. */
function backwardFrom(graph: Graph, y: Tensor): Tensor {
  const root = graph.activation('root', [1]);
  let dy: Tensor | undefined;
  graph.onBackward([y], [root], (gradients) => {
    dy = gradients.into(y)?.tensor;
  });
  graph.backward([root]);
  if (dy === undefined) throw new Error('no gradient leads through the edge');
  return dy;
}
