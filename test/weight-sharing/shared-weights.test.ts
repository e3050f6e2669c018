// One architecture at a time on a supernet's weights: what its plan computes, what its steps change, runs of both.

import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Executor } from '../../src/kernels/executor.ts';
import { count, extent } from '../../src/kernels/tensor.ts';
import { createExecutor, type ExecutorName, executorNames } from '../../src/engine/executors.ts';
import { resolveConfig } from '../../src/search/resolve.ts';
import { readArenas } from '../../src/engine/session.ts';
import { prepareImageSearch } from '../../src/search/search.ts';
import { buildSearchPlan } from '../../src/search/images/plan.ts';
import type { Comparison } from '../../src/discrete-search/results/comparison.ts';
import { genotypeOf, decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { searchBatches, searchData } from '../../src/search/images/data.ts';
import { buildPathPlan, type PathPlan, restrictedTo } from '../../src/weight-sharing/path-plan.ts';
import { dropOperations } from '../../src/weight-sharing/path-dropout.ts';
import { pathsOf } from '../../src/weight-sharing/sampling.ts';
import { type PathScore, SharedWeights, weightArenas } from '../../src/weight-sharing/shared-weights.ts';
import { trainPaths, type TrainPathsOptions } from '../../src/weight-sharing/train-paths.ts';
import { initialValues } from '../../src/supernet/parameters.ts';
import { edgesOf } from '../../src/supernet/space.ts';
import type { KeptOperations } from '../../src/supernet/wiring.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { skipWithoutGpu } from '../helpers/kernels/on-webgpu.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const space = decisionSpaceOf(dartsCnn);
const config = resolveConfig({ channels: 4, cells: 3, batch: 4 });
const image = { height: 7, width: 6, channels: 3 };
const searchPlan = buildSearchPlan({ space: dartsCnn, config, image, classes: 5, evaluated: 4 });
const network = { space: dartsCnn, size: { channels: 4, cells: 3 }, classes: 5 };

function pathOf(seed: number): PathPlan {
  const cells = restrictedTo(genotypeOf(dartsCnn, space, space.sample(Random.fromSeed(seed))));
  const description = { network, image, config, evaluated: 4 };
  return buildPathPlan(searchPlan.builder, description, { cells, evaluate: [4], train: true });
}

/** Weights, a batch for both programs, and a rate. */
function fillIn(executor: Executor, path: PathPlan): void {
  const random = Random.fromSeed(3);
  for (const parameter of searchPlan.problem.parameters.list())
    executor.write(parameter.tensor, initialValues(parameter, random.split('weights')));
  for (const { batch } of [path.step!, path.evaluations.get(4)!]) {
    const { images, labels } = batch;
    const stream = random.split('images');
    executor.write(
      images,
      Float32Array.from({ length: count(images.shape) }, () => stream.normal()),
    );
    executor.write(labels, [0, 4, 2, 2]);
  }
  executor.write(path.problem.weightRate, [0.1]);
}

async function lossOf(executor: Executor, path: PathPlan): Promise<number> {
  await executor.run('evaluate4');
  return (await executor.read(path.evaluations.get(4)!.loss))[0]!;
}

const fast = executorNames.filter((name) => name !== 'reference');

// A software adapter compiles for seconds.
describe.each(executorNames)('on %s', { timeout: 180_000 }, (name) => {
  beforeEach(({ skip }) => skipWithoutGpu(name, skip));

  it('going from plan to plan gives the bits of an executor of its own', async () => {
    const paths = [1, 2, 3].map(pathOf);
    const roaming = await createExecutor(paths[0]!.plan, { executor: name, threads: 1, growable: true });
    fillIn(roaming, paths[0]!);
    for (const path of paths) {
      const own = await createExecutor(path.plan, { executor: name, threads: 1 });
      fillIn(own, path);
      await roaming.reprogram(path.plan);
      expect(await lossOf(roaming, path)).toBe(await lossOf(own, path));
      await own.close();
    }
    await roaming.close();
  });

  it('a step changes the weights that the architecture has, and no other bit', async () => {
    const [first, second] = [pathOf(4), pathOf(5)];
    const executor = await createExecutor(first.plan, { executor: name, threads: 2, growable: true });
    fillIn(executor, first);
    // An earlier path leaves gradients and momentum of its own.
    await executor.run('step');
    await executor.reprogram(second.plan);
    const before = await executor.readArena('weights');
    const velocity = await executor.readArena('velocity');
    const lossBefore = await lossOf(executor, second);
    await executor.run('step');
    expect(await lossOf(executor, second)).toBeLessThan(lossBefore);
    const after = await executor.readArena('weights');
    const velocityAfter = await executor.readArena('velocity');
    const used = new Set(second.problem.parameters.list().map(({ name }) => name));
    let unused = 0;
    for (const { name, tensor } of searchPlan.problem.parameters.list()) {
      const [from, to] = [tensor.offset, tensor.offset + extent(tensor)];
      const same = after.slice(from, to).every((value, i) => Object.is(value, before[from + i]));
      expect([name, same]).toEqual([name, !used.has(name)]);
      if (used.has(name)) continue;
      unused += 1;
      expect(velocityAfter.slice(from, to)).toEqual(velocity.slice(from, to));
    }
    expect(unused).toBeGreaterThan(50);
    await executor.close();
  });
});

/** Weights after a step, beside those of the reference. */
async function expectStepOfReference(path: PathPlan, name: ExecutorName): Promise<void> {
  const weights = await Promise.all(
    ([name, 'reference'] as const).map(async (executor) => {
      const on = await createExecutor(path.plan, { executor, threads: 2 });
      fillIn(on, path);
      await on.run('step');
      const values = await on.readArena('weights');
      await on.close();
      return values;
    }),
  );
  const [float32, reference] = weights as [Float32Array, Float64Array];
  const off = float32.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i]!)), 0);
  expect(off).toBeLessThan(1e-5);
  expect(reference.every(Number.isFinite)).toBe(true);
}

it.for(fast)('%s steps as the reference does', { timeout: 180_000 }, async (name, { skip }) => {
  skipWithoutGpu(name, skip);
  await expectStepOfReference(pathOf(6), name);
});

it('sampled paths train and score on webgpu as on wasm', { timeout: 180_000 }, async ({ skip }) => {
  skipWithoutGpu('webgpu', skip);
  const prepared = await prepareImageSearch({
    config: { data: 'digits', channels: 4, cells: 3, batch: 32, trainFraction: 0.9 },
  });
  const forms = [7, 8, 9].map((seed) =>
    restrictedTo(genotypeOf(dartsCnn, space, space.sample(Random.fromSeed(seed)))),
  );
  const on = async (executor: 'wasm' | 'webgpu') => {
    const shared = await SharedWeights.create(prepared, { executor }, 40);
    try {
      shared.initialise();
      const losses: number[] = [];
      for (const [step, cells] of forms.entries())
        losses.push((await shared.train(cells, 0, step, 0.025)).loss);
      const scores: PathScore[] = [];
      for (const cells of forms) scores.push(await shared.evaluate(cells));
      return { losses, scores, state: await readArenas(shared.executor, weightArenas) };
    } finally {
      await shared.close();
    }
  };
  const [wasm, webgpu] = [await on('wasm'), await on('webgpu')];
  for (const [i, loss] of wasm.losses.entries()) expect(webgpu.losses[i]).toBeCloseTo(loss, 5);
  for (const [i, { loss, ...score }] of wasm.scores.entries()) {
    expect(webgpu.scores[i]).toEqual({ ...score, loss: expect.any(Number) });
    expect(webgpu.scores[i]!.loss).toBeCloseTo(loss, 4);
  }
  for (const arena of ['weights', 'velocity'] as const) {
    const off = [...webgpu.state[arena]!].map((value, i) => Math.abs(value - wasm.state[arena]![i]!));
    expect(Math.max(...off)).toBeLessThan(1e-5);
  }
});

it('fair paths train every operation once on every edge', () => {
  const paths = pathsOf('fair', space, Random.fromSeed(1));
  expect(paths).toHaveLength(7);
  const [first] = paths;
  for (const position of first!.keys()) {
    const chosen = paths.map((path) => path[position]!);
    const isOperation = space.next(first!.slice(0, position))!.kind === 'operation';
    expect(new Set(chosen).size).toBe(isOperation ? 7 : 1);
  }
});

function partial(kept: KeptOperations): PathPlan {
  const description = { network, image, config, evaluated: 4 };
  const cells = { kind: 'partial', kept } as const;
  return buildPathPlan(searchPlan.builder, description, { cells, evaluate: [4], train: true });
}

describe('path dropout', () => {
  it.each([0.1, 0.5])('at rate %f leaves a node without operations as often, whatever enters it', (rate) => {
    const draws = 4000;
    const empty: Record<string, number> = {};
    for (let draw = 0; draw < draws; draw++) {
      const kept = dropOperations(dartsCnn, rate, Random.fromSeed(draw));
      for (const [kind, rows] of Object.entries(kept)) {
        let row = 0;
        for (let node = 0; node < 4; node++) {
          const into = rows.slice(row, (row += 2 + node)).flat();
          empty[`${kind} ${node}`] = (empty[`${kind} ${node}`] ?? 0) + (into.length === 0 ? 1 : 0);
        }
      }
    }
    expect(Object.keys(empty)).toHaveLength(8);
    const deviation = Math.sqrt(rate * (1 - rate) * draws);
    for (const count of Object.values(empty))
      expect(Math.abs(count - rate * draws)).toBeLessThan(4 * deviation);
  });

  it('at rate 0 leaves all operations but `none`', () => {
    const kept = dropOperations(dartsCnn, 0, Random.fromSeed(1));
    for (const row of Object.values(kept).flat()) expect(row).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('without all but the operations of an architecture the supernet is its network', async () => {
    const genotype = genotypeOf(dartsCnn, space, space.sample(Random.fromSeed(9)));
    const kept = Object.fromEntries(
      Object.entries(genotype).map(([kind, { nodes }]) => [
        kind,
        edgesOf(dartsCnn.cells[kind]!).map(({ from, node }) =>
          nodes[node]!.filter((edge) => edge.from === from).map(({ operation }) =>
            dartsCnn.operations.findIndex(({ name }) => name === operation),
          ),
        ),
      ]),
    );
    const paths = [partial(kept), pathOf(9)];
    const losses = await Promise.all(
      paths.map(async (path) => {
        const executor = await createExecutor(path.plan, { executor: 'reference' });
        fillIn(executor, path);
        return lossOf(executor, path);
      }),
    );
    expect(losses[0]).toBeCloseTo(losses[1]!, 12);
    expect(paths[0]!.problem.parameters.count()).toBe(paths[1]!.problem.parameters.count());
  });

  it.for(fast.flatMap((name) => [[name, 'some', 0.3] as const, [name, 'all', 1 - 1e-12] as const]))(
    'on %s a step without %s operations is that of the reference',
    { timeout: 180_000 },
    async ([name, , rate], { skip }) => {
      skipWithoutGpu(name, skip);
      await expectStepOfReference(partial(dropOperations(dartsCnn, rate, Random.fromSeed(4))), name);
    },
  );
});

describe('a run of sampled paths', () => {
  const tiny = { data: 'digits', channels: 2, cells: 2, batch: 32, epochs: 2, trainFraction: 0.25 };

  it.each([
    ['uniform', 'step'],
    ['fair', 'step'],
    ['path-dropout', 'step'],
    ['controller', 'step'],
    ['controller', 'rewards'],
  ] as const)('%s: stopped at a %s and resumed ends in the same weights', async (sampling, kind) => {
    const settings = { dropout: 0.5, rewards: 5 };
    const common: Omit<TrainPathsOptions, 'out'> = { config: tiny, sampling, settings };
    await trainPaths({ ...common, out: at('whole') });
    const stopping = new AbortController();
    const stopped = await trainPaths({
      ...common,
      out: at('stopped'),
      signal: stopping.signal,
      onProgress: (progress) => {
        const at = progress.kind === 'step' ? progress.step : 0;
        const rewarded = progress.kind === 'rewards' ? progress.rewards : 0;
        if (progress.kind === kind && progress.epoch === 1 && at + rewarded === 3) stopping.abort();
      },
    });
    expect(stopped.finished).toBe(false);
    expect((await trainPaths({ ...common, out: at('stopped'), resume: true })).finished).toBe(true);
    const [whole, resumed] = await Promise.all(
      ['whole', 'stopped'].map(
        async (name) => (await (await RunFolder.open(at(name))).latestCheckpoint()).found!,
      ),
    );
    expect(resumed!.state).toEqual(whole!.state);
    const metrics = async (name: string): Promise<string> =>
      (await readFile(at(name, 'metrics.jsonl'), 'utf8')).replaceAll(/"seconds":[^,]+,/g, '');
    expect(await metrics('stopped')).toBe(await metrics('whole'));
    const chosen = (name: string): Promise<string | undefined> =>
      RunFolder.open(at(name)).then((run) => run.readArtefact('genotype.txt'));
    expect(await chosen('stopped')).toBe(await chosen('whole'));
    expect((await chosen('whole'))?.startsWith('Genotype(normal=') === true).toBe(sampling === 'controller');
  });
});

const run = (args: string): ReturnType<typeof mixop> => mixop(args, { cwd: at() });

describe('the commands', () => {
  beforeAll(buildCli, 120_000);
  const size = '--channels 2 --cells 2 --batch 16 --epochs 1 --set trainFraction=0.1';

  it('scores architectures on weights of sampled paths and of a search', async () => {
    expect((await run(`supernet ${size} --out paths`)).code).toBe(0);
    expect((await run(`search ${size} --out relaxed`)).code).toBe(0);
    expect((await run(`search ${size} --set alphas.split=training --out single`)).code).toBe(0);
    const enas = await run(`supernet ${size} --sampling controller --rewards 10 --out controlled`);
    expect([enas.code, enas.stdout]).toEqual([
      0,
      expect.stringMatching(/chosen +Genotype\([^]*% on the val/),
    ]);
    expect((await run('runs show controlled')).stdout).toMatch(/genotype\n +Genotype\(/);
    for (const weights of ['paths', 'relaxed', 'controlled']) {
      const args = `baseline aging-evolution --weights ${weights} --images 50 --budget 4 --set population=2 --objective params --out on-${weights}`;
      const { code, stdout } = await run(args);
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(
          /validation accuracy, %\)[^]*front of score against parameters[^]*Genotype\(normal/,
        ),
      ]);
    }
    expect((await run('runs ls .')).stdout).toMatch(/on-paths +finished[^]*paths +finished/);
    const compared = await run(
      'compare one-shot --weights paths --images 64 --darts relaxed --single-level single --set one-shot.samples=1 --budget 2 --seeds 1 --out compared',
    );
    expect([compared.code, compared.stdout]).toEqual([
      0,
      expect.stringMatching(/^(?=[^]*^darts +\d)(?=[^]*^single-level +\d)/m),
    ]);
    const json = await run(
      'compare random --weights paths --images 64 --darts relaxed --darts relaxed --budget 3 --seeds 2 --json --out seeds',
    );
    const { rows } = JSON.parse(json.stdout) as Comparison;
    // After the one cell of the one epoch, draws.
    expect(rows.map(({ summary }) => summary.evaluations.mean)).toEqual([3, 3]);
    expect(rows.every(({ summary }) => summary.score.interval !== undefined)).toBe(true);
    for (const [args, says] of [
      ['baseline random --weights paths --budget 3 --images 5000', '--images: is 5000'],
      ['baseline random --weights paths --budget 3 --space nasbench201', 'has weights of darts-cnn'],
      ['baseline random --weights paths --budget 3 --guide mean', '--guide: applies to tables only'],
      ['baseline random --weights none --budget 3', 'none: no such folder'],
      ['baseline random --weights on-paths --budget 3', 'on-paths: is a run of `mixop baseline`'],
      ['baseline darts --weights paths --budget 3', '--set run: is missing'],
      ['baseline darts --weights paths --budget 3 --set run=paths', 'paths: has no alphas'],
      [
        'compare one-shot --weights paths --darts relaxed --budget 2 --seeds 2 --out other',
        '--darts: 1 run of darts for 2 searches; give one run for each search',
      ],
      [
        'compare one-shot --weights paths --darts single --budget 2 --out other',
        'single: its alphas learned from the training images',
      ],
      [
        'compare one-shot --weights paths --set one-shot.top=0 --budget 2 --out other',
        '--set one-shot.top: is 0',
      ],
      [
        'compare one-shot --weights paths --set ppo.batch=2 --budget 2 --out other',
        '--set ppo: is not one of the compared strategies',
      ],
      ['baseline random --budget 3', 'architectures could not be scored'],
      [`supernet ${size} --sampling unfair --out other`, '--sampling: "unfair" is not known'],
      [
        `supernet ${size} --sampling path-dropout --dropout 1 --out other`,
        '--dropout: "1" is not a number between 0 and 1',
      ],
      [`supernet ${size}`, '--out: is missing'],
      [`supernet ${size} --out paths`, 'holds another run'],
    ] as const) {
      const { code, stderr } = await run(args);
      expect([stderr, code]).toEqual([expect.stringContaining(says), expect.any(Number)]);
      expect(code).toBeGreaterThan(1);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  }, 120_000);
});

it.each(['validation', 'training'] as const)('alphas that learn from the %s images see no other', (split) => {
  const count = 40;
  const blank = { name: 'two splits', count, height: 2, width: 2, channels: 1, classes: 2, maxPixel: 255 };
  const pixels = Uint8Array.from({ length: 4 * count }, (_, i) => i % 251);
  const labels = new Uint16Array(count);
  const of = resolveConfig({ batch: 8, alphas: { split } });
  const data = searchData({ ...blank, pixels, labels }, of);
  for (const index of data.validation) labels[index] = 1;
  const batches = searchBatches(data, { ...of, augment: { pad: 0, flip: false, cutout: 0 } });
  for (const step of [0, 1]) {
    const expected = split === 'validation' ? 1 : 0;
    expect(new Set(batches.valid.batch(0, step).labels)).toEqual(new Set([expected]));
    expect(new Set(batches.train.batch(0, step).labels)).toEqual(new Set([0]));
    expect(batches.valid.batch(0, step).images).not.toEqual(batches.train.batch(0, step).images);
  }
});
