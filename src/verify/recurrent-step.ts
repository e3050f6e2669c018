// The relaxed recurrent cell in its language model, dropout and slowness included: compares loss, gradients and the
// carried hidden state of an executor with the reference.

import { Random } from '../base/random.ts';
import type { Executor } from '../kernels/executor.ts';
import { PlanBuilder } from '../kernels/graph.ts';
import { ReferenceExecutor } from '../kernels/executors/reference/executor.ts';
import { count, type Tensor } from '../kernels/tensor.ts';
import { declareText, hiddenArena } from '../supernet/recurrent/network.ts';
import { RecurrentProblem } from '../supernet/recurrent/problem.ts';
import { dartsRnn } from '../supernet/spaces/darts-rnn.ts';
import type { ExecutorFactory } from './check-fixture.ts';
import { relativeError } from './relative-error.ts';
import type { VerifyResult } from './result.ts';

const size = { batch: 9, steps: 3, units: 18 };
const words = 23;

const signed = (uniform: number): number => Math.fround(uniform - 0.5);

/** Empty if the executor is the reference itself. At the fixed seed no ReLU is near enough to flip in float32. */
export async function checkRecurrentStep(createExecutor: ExecutorFactory): Promise<readonly VerifyResult[]> {
  const builder = new PlanBuilder();
  const train = declareText(builder, 'train', size, true);
  const settings = {
    sgd: { momentum: 0, weightDecay: 0, clip: 1 },
    adam: { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
  } as const;
  const network = { space: dartsRnn, words, units: size.units };
  const problem = new RecurrentProblem(builder, network, { train, valid: train }, settings, 0.5);
  const into = {
    weights: problem.vector('weightGradient', 'weights'),
    alphas: problem.vector('alphaGradient', 'alphas'),
  };
  const loss = builder.program('gradient', () => {
    const outcome = problem.gradient('train', into);
    problem.carry();
    return builder.keep(outcome.loss);
  });
  const plan = builder.build();
  const random = Random.fromSeed(1);
  const write = (executor: Executor, tensor: Tensor, draw: (uniform: number) => number): void => {
    const stream = random.split(tensor.name);
    executor.write(
      tensor,
      Float64Array.from({ length: count(tensor.shape) }, () => draw(stream.uniform())),
    );
  };
  const results = async (executor: Executor): Promise<readonly ArrayLike<number>[]> => {
    for (const { tensor } of problem.parameters.list()) write(executor, tensor, signed);
    for (const tensor of Object.values(problem.alphaTensors)) write(executor, tensor, signed);
    for (const tensor of train.words) write(executor, tensor, (uniform) => Math.floor(uniform * words));
    for (const mask of Object.values(train.masks!))
      write(executor, mask as Tensor, (uniform) => (uniform < 0.25 ? 0 : 1.5));
    write(executor, train.hidden, signed);
    await executor.run('gradient');
    const arenas = [into.weights.arena, into.alphas.arena, hiddenArena];
    return [
      await executor.read(loss),
      ...(await Promise.all(arenas.map((name) => executor.readArena(name)))),
    ];
  };

  const executor = await createExecutor(plan);
  try {
    if (executor.name === 'reference') return [];
    const wanted = await results(new ReferenceExecutor(plan));
    const found = await results(executor);
    return ['loss', 'gradient of weights', 'gradient of alphas', 'hidden state'].map((name, i) => ({
      group: `${executor.name} against reference`,
      quantity: `${dartsRnn.name}: ${name}`,
      error: relativeError(found[i]!, wanted[i]!),
      bound: executor.precision === 'float64' ? 1e-10 : i === 0 ? 1e-5 : 1e-4,
    }));
  } finally {
    await executor.close();
  }
}
