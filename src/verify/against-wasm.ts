// Compares a device's executor with the wasm executor: the first step of a search, from equal states. Both compute in
// float32 and sum in different orders, so longer searches diverge.

import { Random } from '../base/random.ts';
import { firstOrder } from '../bilevel/first-order.ts';
import { bilevelStep } from '../bilevel/step.ts';
import type { Executor } from '../kernels/executor.ts';
import { count } from '../kernels/tensor.ts';
import { createWasmExecutor } from '../engine/wasm-executor.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import type { ExecutorFactory } from './check-fixture.ts';
import { relativeError } from './relative-error.ts';
import type { VerifyResult } from './result.ts';
import { declareSupernet, fillSupernet, type SupernetSize } from './sample-supernet.ts';

/** The supernet and the batch of the demo. */
export const demoSupernet: SupernetSize = {
  space: dartsCnn,
  channels: 8,
  cells: 4,
  height: 8,
  width: 8,
  batch: 64,
  classes: 10,
};
/** Deviation of a search's initial alphas. */
const scale = 1e-3;

/** Both losses of a first-order step and the alphas after it; empty if the executor has no device. */
export async function checkAgainstWasm(
  size: SupernetSize,
  createExecutor: ExecutorFactory,
): Promise<readonly VerifyResult[]> {
  const built = declareSupernet(size, 'fused');
  const { builder, problem } = built;
  const losses = builder.program('step', () => {
    const { valid, train } = bilevelStep(problem, firstOrder);
    return [builder.keep(valid.loss), builder.keep(train.loss)] as const;
  });
  const plan = builder.build();

  const afterStep = async (executor: Executor) => {
    fillSupernet(executor, built);
    for (const [kind, tensor] of Object.entries(problem.alphaTensors)) {
      const stream = Random.fromSeed(1).split('alphas').split(kind);
      executor.write(
        tensor,
        Float64Array.from({ length: count(tensor.shape) }, () => Math.fround(scale * stream.normal())),
      );
    }
    await executor.run('step');
    const [valid, train] = [await executor.read(losses[0]), await executor.read(losses[1])];
    return { valid, train, alphas: await executor.readArena('alphas') };
  };

  const executor = await createExecutor(plan);
  try {
    if (executor.deviceCost === undefined) return [];
    const wasm = await createWasmExecutor(plan);
    try {
      const [found, wanted] = [await afterStep(executor), await afterStep(wasm)];
      const rows = [
        ['validation loss of a step', found.valid, wanted.valid, 1e-5],
        ['training loss of a step', found.train, wanted.train, 1e-5],
        ['alphas after a step', found.alphas, wanted.alphas, 1e-6],
      ] as const;
      return rows.map(([quantity, values, right, bound]) => ({
        group: `${executor.name} against wasm`,
        quantity: `${size.space.name}: ${quantity}`,
        error: relativeError(values, right),
        bound,
      }));
    } finally {
      await wasm.close();
    }
  } finally {
    await executor.close();
  }
}
