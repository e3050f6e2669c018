// Compares any executor with the reference: one search step of small supernets at odd sizes, from equal states.

import { bilevelStep } from '../bilevel/step.ts';
import { firstOrder } from '../bilevel/first-order.ts';
import type { Executor } from '../kernels/executor.ts';
import { ReferenceExecutor } from '../kernels/executors/reference/executor.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../supernet/spaces/nasbench201.ts';
import { pcDarts } from '../supernet/spaces/pc-darts.ts';
import type { ExecutorFactory } from './check-fixture.ts';
import { RelativeError } from './relative-error.ts';
import type { VerifyResult } from './result.ts';
import { declareSupernet, fillSupernet, parametersOf, type SupernetSize } from './sample-supernet.ts';

export const comparedSupernets: readonly SupernetSize[] = [
  { space: dartsCnn, channels: 6, cells: 3, height: 9, width: 7, batch: 5 },
  { space: pcDarts, channels: 12, cells: 3, height: 9, width: 7, batch: 5 },
  { space: nasbench201, channels: 6, cells: 1, height: 9, width: 7, batch: 5 },
];

interface Quantity {
  readonly name: string;
  readonly values: readonly ArrayLike<number>[];
  /** Of an executor in float32. */
  readonly bound: number;
}

/**
 * Logits, loss, gradients and the state after a step, each with its relative L2 error; empty if the executor is the
 * reference itself. At the fixed seed no ReLU or max-pool decision is near enough to flip in float32.
 */
export async function checkAgainstReference(
  size: SupernetSize,
  createExecutor: ExecutorFactory,
): Promise<readonly VerifyResult[]> {
  const built = declareSupernet(size, 'fused');
  const { builder, problem } = built;
  const weights = problem.vector('weightGradient', 'weights');
  const alphas = problem.vector('alphaGradient', 'alphas');
  const { loss, logits } = builder.program('gradient', () => {
    const outcome = problem.gradient('train', { weights, alphas });
    return { loss: builder.keep(outcome.loss), logits: builder.keep(problem.logits!) };
  });
  builder.program('step', () => void bilevelStep(problem, firstOrder));
  const plan = builder.build();
  const parameters = problem.parameters.list();
  const matrices = Object.entries(problem.alphaTensors).map(([name, tensor]) => ({ name, tensor }));

  const quantities = async (executor: Executor): Promise<readonly Quantity[]> => {
    fillSupernet(executor, built);
    await executor.run('gradient');
    const forward = [await executor.read(logits), await executor.read(loss)] as const;
    const arena = async (name: string, of: typeof matrices | typeof parameters): Promise<Float64Array[]> =>
      (await parametersOf(executor, name, of)).map(([, values]) => values);
    const gradients = [
      await arena('weightGradient', parameters),
      await arena('alphaGradient', matrices),
    ] as const;
    await executor.run('step');
    return [
      { name: 'logits', values: [forward[0]], bound: 1e-5 },
      { name: 'loss', values: [forward[1]], bound: 1e-5 },
      { name: 'gradient of weights', values: gradients[0], bound: 1e-4 },
      { name: 'gradient of alphas', values: gradients[1], bound: 1e-4 },
      { name: 'weights after a step', values: await arena('weights', parameters), bound: 1e-4 },
      { name: 'alphas after a step', values: await arena('alphas', matrices), bound: 1e-4 },
    ];
  };

  const executor = await createExecutor(plan);
  try {
    if (executor.name === 'reference') return [];
    const wanted = await quantities(new ReferenceExecutor(plan));
    const found = await quantities(executor);
    return found.map(({ name, values, bound }, i) => {
      const error = new RelativeError();
      for (const [j, tensor] of values.entries()) error.add(tensor, wanted[i]!.values[j]!);
      return {
        group: `${executor.name} against reference`,
        quantity: `${size.space.name}: ${name}`,
        error: error.value(),
        bound: executor.precision === 'float64' ? 1e-10 : bound,
      };
    });
  } finally {
    await executor.close();
  }
}
