// Derived networks in training: gradients, executors against each other, and what options that do nothing leave alone.
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { MixopError } from '../../src/base/errors.ts';
import type { Executor } from '../../src/kernels/executor.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { count, type Tensor } from '../../src/kernels/tensor.ts';
import { createWasmExecutor } from '../../src/engine/wasm-executor.ts';
import { createWebGpuExecutor } from '../../src/kernels/executors/webgpu/executor.ts';
import { type RetrainConfigInput, resolveRetrain } from '../../src/networks/config.ts';
import { buildRetrainPlan, type RetrainPlan } from '../../src/networks/plan.ts';
import {
  checkDerived,
  derivedNetwork,
  type DerivedDescription,
  imageNetForm,
} from '../../src/supernet/derived-network.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import { initialValues } from '../../src/supernet/parameters.ts';
import { publishedGenotypes } from '../../src/supernet/genotype/published.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { relativeError } from '../../src/verify/relative-error.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';

const text201 = '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|nor_conv_1x1~1|avg_pool_3x3~2|';

function describeNetwork(
  name: string,
  rest: Partial<DerivedDescription> & { readonly channels?: number; readonly cells?: number } = {},
): DerivedDescription {
  const published = publishedGenotypes[name];
  const space = published?.space ?? nasbench201;
  const genotype = parseGenotype(published?.text ?? text201, space, name);
  const { channels = 4, cells = 3, ...others } = rest;
  return { space, genotype, size: { channels, cells }, classes: 3, auxiliary: false, ...others };
}

const image = { height: 9, width: 9, channels: 2 };

function planOf(description: DerivedDescription, input: RetrainConfigInput, size = image): RetrainPlan {
  const config = resolveRetrain({ batch: 5, ...input });
  return buildRetrainPlan({ network: derivedNetwork(description), config, image: size, evaluated: 5 });
}

/**
 * The same start for every executor: weights, statistics, images, factors of drop path (`keep` of them kept). Of some
 * seeds a ReLU's input lies so near to 0 that float32, or a small step, sees it on the other side.
 */
function fill(executor: Executor, plan: RetrainPlan, keep: number, seed = 3): void {
  const random = Random.fromSeed(seed);
  const normal = (tensor: Tensor): Float64Array => {
    const stream = random.split(tensor.name);
    return Float64Array.from({ length: count(tensor.shape) }, () => Math.fround(stream.normal()));
  };
  for (const parameter of [...plan.parameters.list(), ...plan.parameters.buffers()])
    executor.write(parameter.tensor, initialValues(parameter, random));
  executor.write(plan.batch.images, normal(plan.batch.images));
  executor.write(plan.batch.labels, [0, 1, 2, 1, 0]);
  executor.write(plan.rate, [0.025]);
  if (plan.averaging) executor.write(plan.averaging, [0.25]);
  if (plan.factors) {
    const stream = random.split('factors');
    const values = normal(plan.factors).map(() => (stream.uniform() < keep ? Math.fround(1 / keep) : 0));
    executor.write(plan.factors, values);
  }
}

/** Loss of a step and the arenas after it. */
async function stepOf(
  executor: Executor,
  plan: RetrainPlan,
  keep: number,
): Promise<Record<string, ArrayLike<number>>> {
  try {
    fill(executor, plan, keep, 4);
    await executor.run('step');
    await executor.run('keepBest');
    const arenas = plan.stateArenas.map(async (arena) => [arena, await executor.readArena(arena)] as const);
    return {
      loss: (await executor.read(plan.ring)).slice(0, 1),
      ...Object.fromEntries(await Promise.all(arenas)),
    };
  } finally {
    await executor.close();
  }
}

const everything = { auxiliary: true, dropPath: 0.4, smoothing: 0.1, average: 0.9 };

const networks: readonly [name: string, description: DerivedDescription, config: RetrainConfigInput][] = [
  ['DARTS_V2', describeNetwork('DARTS_V2'), {}],
  ['PC_DARTS with every option', describeNetwork('PC_DARTS', { auxiliary: true }), everything],
  ['NASNet_A', describeNetwork('NASNet_A'), { dropPath: 0.2 }],
  ['AmoebaNet_A', describeNetwork('AmoebaNet_A'), { auxiliary: false, average: 0.5 }],
  ['ENAS', describeNetwork('ENAS'), {}],
  ['a cell of NAS-Bench-201', describeNetwork('201', { cells: 1 }), { dropPath: 0.2 }],
];

/** What of a step's results is off by more than 1e-5 of it. */
async function differences(executor: Executor, plan: RetrainPlan): Promise<readonly string[]> {
  const wanted = await stepOf(new ReferenceExecutor(plan.plan), plan, 0.75);
  const found = await stepOf(executor, plan, 0.75);
  return Object.entries(wanted)
    .map(([name, values]) => [name, relativeError(found[name]!, values)] as const)
    .filter(([, error]) => !(error < 1e-5))
    .map(([name, error]) => `${name}: ${error}`);
}

describe('a training step', () => {
  test.each(networks)('of %s agrees between wasm and reference', async (_, description, config) => {
    const plan = planOf(description, config);
    expect(await differences(await createWasmExecutor(plan.plan, { threads: 2 }), plan)).toEqual([]);
  });

  // Without an adapter there is no device to measure; in continuous integration its absence fails.
  test.skipIf(withoutGpu).each(networks)(
    'of %s agrees between webgpu and reference',
    async (_, description, config) => {
      const plan = planOf(description, config);
      expect(
        await differences(await createWebGpuExecutor(plan.plan, { schedule: 'tiles', validate: true }), plan),
      ).toEqual([]);
    },
  );

  test('has the gradient of its loss: along a random direction it is the finite difference', async () => {
    const plan = planOf(describeNetwork('PC_DARTS'), { dropPath: 0.4, smoothing: 0.1 });
    const executor = new ReferenceExecutor(plan.plan);
    fill(executor, plan, 0.75);
    const start = (await executor.readArena('weights')).slice();
    const random = Random.fromSeed(9);
    const direction = Float64Array.from(start, (value) => (value === 0 ? 0 : random.normal()));
    const lossAt = async (distance: number): Promise<number> => {
      executor.writeArena(
        'weights',
        start.map((value, i) => value + distance * direction[i]!),
      );
      await executor.run('step');
      return (await executor.read(plan.ring))[0]!;
    };
    const slope = ((await lossAt(1e-6)) - (await lossAt(-1e-6))) / 2e-6;
    await lossAt(0);
    const gradient = await executor.readArena('weightGradient');
    const along = Array.from(gradient).reduce((sum, value, i) => sum + value * direction[i]!, 0);
    expect(Math.abs(along - slope) / Math.abs(slope)).toBeLessThan(1e-5);
  });

  test('keeps its bits where nothing is dropped and weights are also averaged', async () => {
    const description = describeNetwork('DARTS_V2');
    const bits = async (config: RetrainConfigInput): Promise<Record<string, ArrayLike<number>>> => {
      const plan = planOf(description, config);
      return stepOf(await createWasmExecutor(plan.plan, { threads: 1 }), plan, 1);
    };
    const plain = await bits({});
    const withOptions = await bits({ dropPath: 0.3, average: 0.9 });
    for (const name of ['loss', 'weights', 'velocity', 'running'])
      expect(withOptions[name]).toEqual(plain[name]);
    expect(withOptions['averageWeights']).not.toEqual(plain['weights']);
  });

  test('drops whole paths: with none kept the logits do not depend on the images', async () => {
    const description = describeNetwork('ENAS');
    const plan = planOf(description, { dropPath: 0.5 });
    const executor = new ReferenceExecutor(plan.plan);
    fill(executor, plan, 1);
    executor.write(plan.factors!, new Float64Array(count(plan.factors!.shape)));
    await executor.run('step');
    const gradient = await executor.readArena('weightGradient');
    const stem = plan.parameters.list().find(({ name }) => name === 'cells.2._ops.0.op.1.weight')!.tensor;
    expect([...gradient.subarray(stem.offset, stem.offset + 8)]).toEqual(Array.from({ length: 8 }, () => 0));
  });
});

describe('the form for ImageNet', () => {
  test('halves images three times before its cells and trains', async () => {
    const darts = describeNetwork('DARTS_V2');
    const description = { ...darts, space: imageNetForm(darts.space), auxiliary: true };
    const size = { height: 64, width: 64, channels: 3 };
    const plan = planOf(description, { batch: 2 }, size);
    const executor = new ReferenceExecutor(plan.plan);
    const names = plan.parameters.list().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['stem0.0.weight', 'stem0.3.weight', 'stem1.1.weight']));
    // The published code has no norm there.
    expect(names).not.toContain('auxiliary_head.features.6.weight');
    for (const parameter of plan.parameters.list())
      executor.write(parameter.tensor, initialValues(parameter, Random.fromSeed(1)));
    await executor.run('step');
    const [loss] = await executor.read(plan.ring);
    expect(loss).toBeCloseTo(Math.log(3), 0);
  });
});

test.each([
  { what: 'small images', rest: {}, size: { ...image, height: 3 }, says: 'cannot be halved 2 times' },
  {
    what: 'an auxiliary head on oblong images',
    rest: { auxiliary: true },
    size: { ...image, width: 8 },
    says: 'not square',
  },
])('$what are refused', ({ rest, size, says }) => {
  const check = (): void => checkDerived(describeNetwork('DARTS_V2', rest), size);
  expect(check).toThrow(MixopError);
  expect(check).toThrow(says);
});
