// Runs the programs of a search on a fixture's inputs and compares every quantity with the published one.

import { MixopError } from '../base/errors.ts';
import type { AlphaGradient } from '../bilevel/problem.ts';
import { unrolled } from '../bilevel/unrolled.ts';
import type { Executor } from '../kernels/executor.ts';
import { PlanBuilder } from '../kernels/graph.ts';
import type { Plan } from '../kernels/plan.ts';
import { count, type Tensor } from '../kernels/tensor.ts';
import { declareBatch } from '../supernet/problem/inputs.ts';
import { denseValues, fromTorch, toTorch } from '../supernet/parameters.ts';
import { PlanProblem } from '../supernet/problem/plan-problem.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import type { Fixture } from './fixture.ts';
import { RelativeError } from './relative-error.ts';
import type { CheckedQuantity } from './result.ts';

export type ExecutorFactory = (plan: Plan) => Promise<Executor>;

type Kind = 'forward' | 'gradient' | 'second' | 'update';

/** Bounds of relative L2 errors: float64 up to the answers' own float32 storage; float32 by decision flips. */
function boundOf(kind: Kind, precision: Executor['precision'], screened: boolean): number | undefined {
  if (precision === 'float64') return kind === 'second' ? 1e-4 : 1e-6;
  if (kind === 'forward') return 1e-5;
  if (screened) return kind === 'second' ? 1e-2 : 1e-4;
  return kind === 'second' ? undefined : 1e-2;
}

/** All quantities that the folder has answers for, in the order of a step. */
export async function checkFixture(
  fixture: Fixture,
  createExecutor: ExecutorFactory,
  lowering: 'fused' | 'primitive' = 'fused',
): Promise<readonly CheckedQuantity[]> {
  const { meta } = fixture;
  const builder = new PlanBuilder();
  const image = { height: meta.image, width: meta.image, channels: 3 };
  const batches = {
    train: declareBatch(builder, 'train', meta.batch, image),
    valid: declareBatch(builder, 'valid', meta.batch, image),
  };
  const size = { channels: meta.C, cells: meta.layers };
  const problem = new PlanProblem(
    builder,
    { space: dartsCnn, size, classes: meta.classes },
    lowering,
    batches,
    {
      sgd: { momentum: meta.w.momentum, weightDecay: meta.w.weight_decay, clip: meta.w.clip },
      adam: { betas: meta.alpha.betas, epsilon: meta.alpha.eps, weightDecay: meta.alpha.weight_decay },
    },
  );
  const forWeights = problem.vector('weightGradient', 'weights');
  const forAlphas = problem.vector('alphaGradient', 'alphas');
  const kept = ({ loss }: { readonly loss: Tensor }): Tensor => builder.keep(loss);
  const train = builder.program('train', () => {
    const outcome = problem.gradient('train', { weights: forWeights, alphas: forAlphas });
    return { loss: kept(outcome), logits: builder.keep(problem.logits!) };
  });
  const first = builder.program('first', () => kept(problem.gradient('valid', { alphas: forAlphas })));
  builder.program('second', () => {
    const estimator: AlphaGradient = unrolled;
    estimator(problem, forAlphas);
    problem.alphaStep(forAlphas);
  });
  const weightStep = builder.program('weightStep', () => {
    const loss = kept(problem.gradient('train', { weights: forWeights }));
    problem.weightStep(forWeights, { clipped: true });
    return loss;
  });

  const executor = await createExecutor(builder.build());
  try {
    const parameters = problem.parameters.list();
    const comparisons: CheckedQuantity[] = [];
    const compare = (
      quantity: string,
      kind: Kind,
      pairs: Iterable<[name: string, found: ArrayLike<number>]>,
    ): void => {
      const error = new RelativeError();
      let some = false;
      for (const [name, found] of pairs) {
        if (!fixture.has(name)) continue;
        some = true;
        error.add(found, fixture.values(name));
      }
      if (!some) return;
      const bound = boundOf(kind, executor.precision, meta.screened === true);
      comparisons.push({ quantity, error: error.value(), ...(bound !== undefined && { bound }) });
    };
    const alphasOf = async (arena: string, prefix: string): Promise<[string, ArrayLike<number>][]> => {
      const all = await executor.readArena(arena);
      return Object.entries(problem.alphaTensors).map(([kind, tensor]) => [
        `${prefix}alphas_${kind}`,
        denseValues(all, tensor),
      ]);
    };
    const parametersOf = async (arena: string, prefix: string): Promise<[string, ArrayLike<number>][]> => {
      const all = await executor.readArena(arena);
      return parameters.map((parameter) => [
        `${prefix}${parameter.name}`,
        toTorch(parameter, denseValues(all, parameter.tensor)),
      ]);
    };

    for (const [kind, tensor] of Object.entries(problem.alphaTensors)) {
      executor.write(tensor, input(fixture, `alphas_${kind}`, count(tensor.shape)));
    }
    for (const parameter of parameters) {
      const size = count(parameter.tensor.shape);
      const values = input(fixture, `param/${parameter.name}`, size);
      executor.write(parameter.tensor, fromTorch(parameter, values));
      const velocity = builder.parallel(parameter.tensor, 'velocity');
      const momentum = input(fixture, `momentum/${parameter.name}`, size);
      executor.write(velocity, fromTorch(parameter, momentum));
    }
    const known = new Set(parameters.map(({ name }) => `param/${name}`));
    const unknown = fixture.names.find((name) => name.startsWith('param/') && !known.has(name));
    if (unknown !== undefined) {
      throw new MixopError(
        'data',
        fixture.folder,
        `has ${unknown}, which the network lacks`,
        'check meta.C and meta.layers',
      );
    }
    for (const split of ['train', 'valid'] as const) {
      const { images, labels } = batches[split];
      const pixels = input(fixture, `x_${split}`, count(images.shape));
      executor.write(images, channelsLast(pixels, meta.batch, 3, meta.image * meta.image));
      executor.write(labels, input(fixture, `y_${split}`, count(labels.shape)));
    }
    executor.write(problem.weightRate, [meta.eta]);
    problem.alphaUpdate.write(executor, meta.alpha.lr, 1);

    await executor.run('train');
    compare('train/logits', 'forward', [['train/logits', await executor.read(train.logits)]]);
    compare('train/loss', 'forward', [['train/loss', await executor.read(train.loss)]]);
    compare('train/grad of weights', 'gradient', await parametersOf('weightGradient', 'train/grad/'));
    compare('train/grad of alphas', 'gradient', await alphasOf('alphaGradient', 'train/grad/'));
    await executor.run('first');
    compare('first/valid_loss', 'forward', [['first/valid_loss', await executor.read(first)]]);
    compare('first/grad of alphas', 'gradient', await alphasOf('alphaGradient', 'first/grad/'));
    await executor.run('second');
    compare('second/grad of alphas', 'second', await alphasOf('alphaGradient', 'second/grad/'));
    compare('second/after_adam', 'update', await alphasOf('alphas', 'second/after_adam/'));
    await executor.run('weightStep');
    compare('second/weight_step/loss', 'forward', [
      ['second/weight_step/loss', await executor.read(weightStep)],
    ]);
    const norm = await executor.read(problem.gradientNorm);
    compare('second/weight_step/grad_norm', 'gradient', [['second/weight_step/grad_norm', norm]]);
    compare('second/after_sgd', 'update', await parametersOf('weights', 'second/after_sgd/'));
    return comparisons;
  } finally {
    await executor.close();
  }
}

/** The values of an input; their number must be that of the network of the manifest's sizes. */
function input(fixture: Fixture, name: string, size: number): Float64Array {
  const values = fixture.values(name);
  if (values.length === size) return values;
  const problem = `has ${values.length} values of ${name}, and a network of meta's sizes has ${size}`;
  const remedy = 'check C, layers, classes, image and batch of meta in manifest.json';
  throw new MixopError('data', fixture.folder, problem, remedy);
}

/** [N, C, P] to [N, P, C]. */
function channelsLast(values: Float64Array, batch: number, channels: number, pixels: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < pixels; p++)
        result[(n * pixels + p) * channels + c] = values[(n * channels + c) * pixels + p]!;
    }
  }
  return result;
}
