// A small network's step, and its run on the wasm executor, the same in Node and in a page.
import type { Executor } from '../../src/kernels/executor.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { batchNorm } from '../../src/kernels/operations/batch-norm/definition.ts';
import { convolution } from '../../src/kernels/operations/convolution/definition.ts';
import { crossEntropy } from '../../src/kernels/operations/cross-entropy/definition.ts';
import { globalPool } from '../../src/kernels/operations/global-pool/definition.ts';
import { linear } from '../../src/kernels/operations/linear/definition.ts';
import type { Plan } from '../../src/kernels/plan.ts';
import { createWasmExecutor } from '../../src/engine/wasm-executor.ts';

export interface BrowserResult {
  readonly threads: number;
  /** The weights' gradients: float32 as numbers, exactly. */
  readonly gradients: readonly number[];
}

/** Values that float32 holds exactly. */
function wave(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (((i * step) % 61) - 30) / 32);
}

/** A plan with a program `step`, which leaves the weights' gradients in the arena `gradients`, and what fills its inputs. */
export function smallNetwork(): { readonly plan: Plan; readonly fill: (executor: Executor) => void } {
  const builder = new PlanBuilder();
  const graph = new Graph(builder, { weights: 'gradients' });
  builder.vector('gradients', 'weights');
  const x = builder.persistent('inputs', 'x', [8, 13, 11, 3]);
  const labels = builder.persistent('inputs', 'labels', [8, 1]);
  const weights = [
    builder.persistent('weights', 'filter', [3, 3, 3, 10]),
    builder.persistent('weights', 'weight', [10, 5]),
    builder.persistent('weights', 'bias', [5]),
  ] as const;
  builder.program('step', () => {
    const image = batchNorm(graph, convolution(graph, x, weights[0], 1));
    const logits = linear(graph, globalPool(graph, [image]), weights[1], weights[2]);
    graph.backward([crossEntropy(graph, logits, labels).loss]);
  });
  return {
    plan: builder.build(),
    fill(executor) {
      executor.write(x, wave(8 * 13 * 11 * 3, 17));
      executor.write(labels, [0, 1, 2, 3, 4, 0, 1, 2]);
      executor.write(weights[0], wave(270, 23));
      executor.write(weights[1], wave(50, 7));
      executor.write(weights[2], wave(5, 11));
    },
  };
}

/** threads: by default as many as there may be. */
export async function runBrowserCase(threads?: number): Promise<BrowserResult> {
  const { plan, fill } = smallNetwork();
  const executor = await createWasmExecutor(plan, threads === undefined ? {} : { threads });
  fill(executor);
  for (let step = 0; step < 50; step++) await executor.run('step');
  const gradients = [...(await executor.readArena('gradients'))];
  await executor.close();
  return { threads: executor.threads, gradients };
}
