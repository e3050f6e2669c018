// Compares the gradient of a whole supernet's loss with finite differences, on the reference executor.

import { Random } from '../base/random.ts';
import { ReferenceExecutor } from '../kernels/executors/reference/executor.ts';
import type { Tensor } from '../kernels/tensor.ts';
import type { NetworkForm } from '../supernet/network.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../supernet/spaces/nasbench201.ts';
import { pcDarts } from '../supernet/spaces/pc-darts.ts';
import { RelativeError } from './relative-error.ts';
import type { VerifyResult } from './result.ts';
import { declareSupernet, fillSupernet, parametersOf, type SupernetSize } from './sample-supernet.ts';
import { slopeNear } from './slope.ts';

export const differencedSupernets: readonly SupernetSize[] = [
  { space: dartsCnn, channels: 2, cells: 3, height: 7, width: 5, batch: 2 },
  { space: pcDarts, channels: 4, cells: 3, height: 7, width: 5, batch: 2 },
  { space: nasbench201, channels: 3, cells: 1, height: 7, width: 5, batch: 2 },
];

/** Relative errors of the gradient by `samples` weights and as many alphas, each a random element of a random tensor. */
export async function checkSupernetDifferences(
  size: SupernetSize,
  {
    samples = 12,
    seed = 1,
    lowering = 'fused',
  }: {
    readonly samples?: number;
    readonly seed?: number;
    readonly lowering?: NetworkForm['lowering'];
  } = {},
): Promise<readonly VerifyResult[]> {
  const built = declareSupernet(size, lowering);
  const { builder, problem, batches } = built;
  const into = {
    weights: problem.vector('weightGradient', 'weights'),
    alphas: problem.vector('alphaGradient', 'alphas'),
  };
  builder.program('gradient', () => problem.gradient('train', into));
  const forward = builder.program('forward', () => builder.keep(problem.evaluate(batches.train).loss));
  const executor = new ReferenceExecutor(builder.build());
  fillSupernet(executor, built, seed);
  await executor.run('gradient');

  const random = Random.fromSeed(seed).split('differences');
  const groups = {
    weights: problem.parameters.list(),
    alphas: Object.entries(problem.alphaTensors).map(([name, tensor]) => ({ name, tensor })),
  };
  const results: VerifyResult[] = [];
  for (const [kind, parameters] of Object.entries(groups)) {
    const gradients = await parametersOf(executor, into[kind as keyof typeof into].arena, parameters);
    const error = new RelativeError();
    for (let i = 0; i < samples; i++) {
      const chosen = random.below(parameters.length);
      const [, gradient] = gradients[chosen]!;
      const element = random.below(gradient.length);
      const loss = lossAlong(executor, parameters[chosen]!.tensor, element, forward);
      error.add([gradient[element]!], [await slopeNear(await loss, gradient[element]!)]);
    }
    const quantity = `${size.space.name}: gradient of ${kind}`;
    results.push({ group: 'finite differences', quantity, error: error.value(), bound: 1e-6 });
  }
  return results;
}

/** The change of the loss as a function of an offset to one element; the tensor is restored after every call. */
async function lossAlong(
  executor: ReferenceExecutor,
  tensor: Tensor,
  element: number,
  loss: Tensor,
): Promise<(offset: number) => Promise<number>> {
  const values = Float64Array.from(await executor.read(tensor));
  const at = async (offset: number): Promise<number> => {
    const moved = values.slice();
    moved[element]! += offset;
    executor.write(tensor, moved);
    await executor.run('forward');
    const [value] = await executor.read(loss);
    executor.write(tensor, values);
    return value!;
  };
  const origin = await at(0);
  return async (offset) => (await at(offset)) - origin;
}
