// Networks of chains and motifs: shapes and parameters by hand, skips between different shapes, inherited weights to the
// bit, and whole searches that train them.

import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { openData } from '../../src/data/open.ts';
import { openTable } from '../../src/data/tables/open-table.ts';
import type { Architecture } from '../../src/discrete-baselines/architecture.ts';
import {
  decodeChain,
  encodeChain,
  type EvolvedChain,
  trivialChain,
} from '../../src/discrete-baselines/spaces/evolved-chain.ts';
import { mutations } from '../../src/discrete-baselines/spaces/evolved-mutations.ts';
import { evolvedChain, evolvedSpace } from '../../src/discrete-baselines/spaces/evolved-space.ts';
import { chainLayers, metaQnnChain } from '../../src/discrete-baselines/spaces/layer-chain.ts';
import { hierarchical, trivialCell } from '../../src/discrete-baselines/spaces/motif-space.ts';
import { encodeCell } from '../../src/discrete-baselines/spaces/motifs.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { multiplyAddsOf } from '../../src/kernels/operations/multiply-adds.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { count } from '../../src/kernels/tensor.ts';
import { shortSchema } from '../../src/networks/config.ts';
import { ShortTraining } from '../../src/networks/short-training.ts';
import { inheritState, readStateDict, type StateDict } from '../../src/networks/weights.ts';
import { chainGraph } from '../../src/discrete-search/families/evolved-chains.ts';
import type { Family } from '../../src/discrete-search/families/family.ts';
import { familyNamed } from '../../src/discrete-search/families/named.ts';
import type { LedgerLine } from '../../src/discrete-search/ledger.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import type { BaselineOptions } from '../../src/discrete-search/options.ts';
import { layerNetwork, type LayerVertex } from '../../src/supernet/layer-graph.ts';
import { initialValues, Parameters } from '../../src/supernet/parameters.ts';
import type { Trainable } from '../../src/supernet/trainable.ts';
import { sharedFile } from '../helpers/tables.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const image = { height: 8, width: 8, channels: 1 };

/** The plan of evaluating two images. */
function planned(network: Trainable, { height, width, channels } = image) {
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const images = builder.persistent('inputs', 'images', [2, height, width, channels]);
  const logits = builder.program('evaluate', () =>
    builder.keep(network.build(new Graph(builder, {}), parameters, images, 'evaluation').logits),
  );
  return { plan: builder.build(), parameters, images, logits };
}

/** The same on an executor, with initial weights of a seed. */
function built(network: Trainable, seed: number, size = image) {
  const { plan, parameters, ...places } = planned(network, size);
  const executor = new ReferenceExecutor(plan);
  const random = Random.fromSeed(seed);
  for (const one of [...parameters.list(), ...parameters.buffers(), ...parameters.fixed()])
    executor.write(one.tensor, initialValues(one, random));
  const state = (): Promise<StateDict> =>
    readStateDict(executor, parameters, { weights: 'weights', running: 'running' });
  return { executor, parameters, ...places, state };
}

function parametersOf(family: Family, architecture: Architecture, channels: number, cells = 1): number {
  return planned(family.network(architecture, { channels, cells }, image, 10)).parameters.count();
}

/** The option that a layer of MetaQNN's chains has, with channels from 8. */
function option(wanted: object): number {
  const layers = chainLayers({ ...metaQnnChain, channels: 8 });
  return layers.findIndex((layer) => JSON.stringify(layer) === JSON.stringify(wanted));
}

const conv = (kernel: number, channels: number): number => option({ kind: 'convolution', kernel, channels });
const pool = (kernel: number, stride: number): number => option({ kind: 'maxPool', kernel, stride });
const dense = (outputs: number): number => option({ kind: 'dense', outputs });
const [all, averages] = [option({ kind: 'all' }), option({ kind: 'averages' })];

describe('parameters', () => {
  const chains = familyNamed('metaqnn', { image: 8, channels: 8 });
  it.each([
    // Filters, batch norm's two vectors, classifier.
    ['a convolution, averaged', [conv(3, 8), averages], 9 * 8 + 16 + 8 * 10 + 10],
    ['a convolution, all pixels classified', [conv(3, 8), all], 9 * 8 + 16 + 64 * 8 * 10 + 10],
    // Of 8 pixels a pool of 3 by 2 leaves 3, and then one of 2 by 2 leaves 1.
    [
      'pools and two fully connected layers',
      [conv(5, 16), pool(3, 2), conv(1, 8), pool(2, 2), dense(32), dense(16), all],
      25 * 16 + 32 + 16 * 8 + 16 + (8 * 32 + 32) + (32 * 16 + 16) + (16 * 10 + 10),
    ],
    ['a pool of 5 by 3', [conv(1, 8), pool(5, 3), all], 8 + 16 + 2 * 2 * 8 * 10 + 10],
  ])("MetaQNN's chain: %s", (_, architecture, parameters) => {
    expect(parametersOf(chains, architecture, 8)).toBe(parameters);
  });

  it('hierarchical: the trivial cell has those of stem, reductions and classifier', () => {
    const motifs = familyNamed('hierarchical', { image: 8, channels: 4 });
    const stem = 9 * 4 + 8;
    const reductions = 9 * 4 + 4 * 8 + 16 + (9 * 8 + 8 * 16 + 32);
    const trivial = encodeCell(trivialCell(hierarchical));
    expect(parametersOf(motifs, trivial, 4, 3)).toBe(stem + reductions + 16 * 10 + 10);
    // One more edge in a motif that is used four times a cell: a 1x1 convolution beside, and one to join both.
    const beside = trivial.with(1, 1 + hierarchical.primitives.indexOf('conv_1x1'));
    const added = [4, 8, 16].map((c) => 4 * (c * c + 2 * c + (2 * c * c + 2 * c)));
    expect(parametersOf(motifs, beside, 4, 3)).toBe(
      parametersOf(motifs, trivial, 4, 3) + added.reduce((sum, one) => sum + one),
    );
    // A cell that nothing passes is zeros.
    expect(
      parametersOf(
        motifs,
        trivial.map(() => 0),
        4,
        3,
      ),
    ).toBe(parametersOf(motifs, trivial, 4, 3));
  });

  const macro = familyNamed('nasbench-macro', { image: 32, channels: undefined });
  const colours = { height: 32, width: 32, channels: 3 };
  const figuresOf = (name: string): readonly [parameters: number, multiplyAdds: number] => {
    const network = macro.network(Array.from(name, Number), macro.defaults, colours, 10);
    const { parameters, plan } = planned(network, colours);
    const work = multiplyAddsOf(plan.programs['evaluate']!);
    return [parameters.count(), work / 2];
  };

  it.each([
    ['00000000', 387_882, 7_713_280],
    ['10000000', 396_298, 12_128_768],
    ['00100000', 419_050, 12_018_176],
    ['00000222', 2_335_274, 43_328_000],
  ])('NAS-Bench-Macro: %s has those of the table', (name, parameters, work) => {
    expect(figuresOf(name)).toEqual([parameters, work]);
  });

  it('NAS-Bench-Macro: a hundred chains have those of the table', async ({ skip }) => {
    const path = sharedFile('nasbench-macro/nasbench-macro-cifar10.csv');
    skip(!existsSync(path), `${path} is absent`);
    const { rows, columns } = await openTable(path);
    const names = [...rows.keys()].filter((_, row) => row % 65 === 7);
    const table = names.map((name) => [
      columns['params']![rows.get(name)!]!,
      columns['flops']![rows.get(name)!]!,
    ]);
    expect(names.map(figuresOf)).toEqual(table);
  });

  it('evolved: the trivial chain is a linear classifier of the mean of every channel', () => {
    const evolved = familyNamed('evolved-chain', { image: 8, channels: undefined });
    expect(parametersOf(evolved, encodeChain(trivialChain), 8)).toBe(1 * 10 + 10);
  });
});

it('a skip takes every second pixel, cuts channels off and fills up with zeros', async () => {
  const norm = { kind: 'layers', name: 'a', from: 0, channels: 2 } as const;
  const vertices: readonly LayerVertex[] = [
    { ...norm, layers: [{ kind: 'convolution', kernel: 1, stride: 2 }] },
    { kind: 'sum', from: [1, 0] },
    { ...norm, name: 'b', from: 2, channels: 5, layers: [{ kind: 'convolution', kernel: 1, stride: 1 }] },
    { kind: 'sum', from: [3, 0, 1] },
    { kind: 'flatten', from: 0 },
  ];
  const size = { height: 4, width: 3, channels: 4 };
  const summed = layerNetwork({ vertices: vertices.slice(0, 4), classifier: 'c' }, 5);
  const { executor, parameters, images, logits } = built(summed, 1, size);
  const x = Float64Array.from({ length: 2 * 4 * 3 * 4 }, (_, i) => Math.sin(i));
  const weight = (name: string): Float64Array =>
    initialValues(
      parameters.list().find((one) => one.name === name)!,
      Random.fromSeed(1),
    );
  executor.write(images, x);
  await executor.run('evaluate');
  const [a, b, c] = [weight('a.op.0.weight'), weight('b.op.0.weight'), weight('c.weight')];
  const bias = weight('c.bias');
  for (let n = 0; n < 2; n++) {
    const mean = [0, 0, 0, 0, 0];
    for (const [row, column] of [
      [0, 0],
      [0, 2],
      [2, 0],
      [2, 2],
    ] as const) {
      const pixel = x.subarray(((n * 4 + row) * 3 + column) * 4);
      const first = [0, 1].map((o) => [0, 1, 2, 3].reduce((sum, i) => sum + pixel[i]! * a[i * 2 + o]!, 0));
      const second = first.map((value, o) => value + pixel[o]!);
      for (let o = 0; o < 5; o++) {
        const third = second.reduce((sum, value, i) => sum + value * b[i * 5 + o]!, 0);
        mean[o]! += (third + (o < 4 ? pixel[o]! : 0) + (first[o] ?? 0)) / 4;
      }
    }
    const found = (await executor.read(logits)).subarray(n * 5, n * 5 + 5);
    for (let k = 0; k < 5; k++)
      expect(found[k]).toBeCloseTo(
        mean.reduce((sum, one, o) => sum + one * c[o * 5 + k]!, bias[k]!),
        6,
      );
  }
});

function layer(id: number, channels: number) {
  const convolution = { height: 3, width: 3, stride: 1, channels } as const;
  return { id, active: true, convolution };
}

function networkOf(chain: EvolvedChain): Trainable {
  return layerNetwork(chainGraph(chain), 10);
}

describe('inheritance', () => {
  const parent: EvolvedChain = { ...trivialChain, layers: [layer(3, 4), layer(1, 6), layer(5, 6)] };

  it.each<[string, number, readonly string[]]>([
    ['identity', 0, []],
    ['alter-learning-rate', 0, []],
    ['alter-stride', 1, []],
    ['add-skip', 0, []],
    ['insert-one-to-one', 0, ['layers.0.end']],
    // 3x3 to 5x3: the filters of that convolution, and no others.
    ['filter-size', 0, ['layers.3.op']],
    // The layer, its norm, and the filters that read its channels.
    ['alter-number-of-channels', 0, ['layers.3.op', 'layers.3.end', 'layers.1.op']],
    // The classifier reads as many channels as before.
    ['remove-convolution', 2, []],
    ['reset-weights', 0, ['layers', 'classifier']],
  ])(
    '%s: all tensors are the parent’s to the bit, but for those that changed',
    async (name, place, fresh) => {
      const child = mutations[name]!(parent, evolvedChain)[place]![0]!;
      const learnt = built(networkOf(parent), 1);
      const { executor, parameters, state } = built(networkOf(child), 2);
      const before = await state();
      const from = await learnt.state();
      inheritState(executor, parameters, from);
      for (const [tensor, { values }] of await state()) {
        const own = fresh.some((prefix) => tensor.startsWith(prefix));
        expect({ [tensor]: values }).toEqual({ [tensor]: (own ? before : from).get(tensor)!.values });
      }
      // The two networks started differently, so that the comparison means something.
      const filters = [...before.keys()].filter(
        (tensor) => tensor.includes('.op.0.weight') && from.has(tensor),
      );
      for (const tensor of filters.filter((one) => !one.includes('end')))
        expect(before.get(tensor)!.values).not.toEqual(from.get(tensor)!.values);
      expect(parameters.list().every(({ tensor }) => count(tensor.shape) > 0)).toBe(true);
    },
  );
});

const tiny = { data: 'digits', channels: 4, epochs: 1, batch: 32, trainFraction: 0.2 };

describe('a training whose rate evolved', () => {
  it('that diverges has the score 0, and leaves no weights to its children', async () => {
    const convolution = { height: 7, width: 7, stride: 1, channels: 32 } as const;
    const layers = Array.from({ length: 8 }, (_, id) => ({ id, active: false, convolution }));
    const wild = encodeChain({ rate: 96, classifier: 0, layers });
    const family = familyNamed('evolved-chain', { image: 8, channels: 4 });
    const config = shortSchema.parse({ ...tiny, epochs: 2, weights: { clip: 1e30 } });
    const training = new ShortTraining(family, config, await openData('digits'), { threads: 1 });
    const { curve, weights } = await training.score(wild, {}, 1);
    expect([curve.at(-1), weights.size]).toEqual([0, 0]);
  });
});

function options(
  strategy: string,
  space: string,
  more: Partial<BaselineOptions['config']> = {},
): BaselineOptions {
  const settings = { tournament: { population: 3 }, 'growing-evolution': { initial: 3 } };
  return {
    config: {
      strategy,
      space,
      settings: { ...settings[strategy as keyof typeof settings] },
      train: tiny,
      budget: { evaluations: 8 },
      batch: 2,
      seed: 3,
      ...more,
    },
    executor: { threads: 1 },
    pause: 0,
  };
}

function timeless(lines: readonly LedgerLine[]): readonly object[] {
  return lines.map((line) => ({ ...line, seconds: 0 }));
}

async function weightsIn(run: string): Promise<Record<string, string>> {
  const names = (await readdir(`${run}/weights`)).sort();
  const entries = names.map(
    async (name) => [name, await readFile(`${run}/weights/${name}`, 'base64')] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** How the architectures of a space are written. */
const texts: Readonly<Record<string, RegExp>> = {
  metaqnn: /^C\(/,
  hierarchical: /^2\.1: /,
  'evolved-chain': /^rate /,
  'nasbench-macro': /^[012]{8}$/,
};

describe('a search that trains', () => {
  it.each([
    ['q-learning', 'metaqnn'],
    ['growing-evolution', 'hierarchical'],
    ['random', 'hierarchical'],
    ['aging-evolution', 'metaqnn'],
    ['local-search', 'evolved-chain'],
    ['random', 'nasbench-macro'],
  ])('%s runs on %s', async (strategy, space) => {
    const { lines, finished, text } = await baseline(
      options(strategy, space, { budget: { evaluations: 4 }, train: { ...tiny, dataShare: 0.3 } }),
    );
    expect([finished, lines.length]).toEqual([true, 4]);
    expect(text).toMatch(texts[space]!);
  });

  it('by tournaments on evolved chains: equal seeds give equal ledgers and weights; stopped, resumed, in workers', async () => {
    const common = options('tournament', 'evolved-chain');
    const whole = await baseline({ ...common, out: at('whole') });
    const stopping = new AbortController();
    const part = await baseline({
      ...common,
      out: at('stopped'),
      signal: stopping.signal,
      onProgress: (progress) => {
        if (progress.kind === 'evaluated' && progress.done >= 5) stopping.abort();
      },
    });
    expect(part.finished).toBe(false);
    const resumed = await baseline({ ...common, out: at('stopped'), resume: true });
    const shared = await baseline({ ...common, out: at('shared'), workers: 2 });
    const kept = await weightsIn(at('whole'));
    const names = Object.keys(kept);
    // Three live, and those that the checkpoint before the last one needs.
    expect(names.length).toBeLessThan(8);
    expect(names).toEqual(expect.arrayContaining(['3-6.safetensors', '3-7.safetensors']));
    for (const [other, folder] of [
      [resumed, 'stopped'],
      [shared, 'shared'],
    ] as const) {
      expect(timeless(other.lines)).toEqual(timeless(whole.lines));
      expect(await weightsIn(at(folder))).toEqual(kept);
    }
    const alone = options('tournament', 'evolved-chain', { train: { ...tiny, inherit: false } });
    const { lines } = await baseline(alone);
    // The first population has no parents; its children have.
    expect(timeless(lines.slice(0, 3))).toEqual(timeless(whole.lines.slice(0, 3)));
    expect(lines.map(({ score }) => score)).not.toEqual(whole.lines.map(({ score }) => score));
  });

  it('goes on from the checkpoint before the last one: its parents are still there', async () => {
    const common = options('tournament', 'evolved-chain', { budget: { evaluations: 14 } });
    const whole = await baseline({ ...common, out: at('all') });
    const stopping = new AbortController();
    await baseline({
      ...common,
      out: at('damaged'),
      signal: stopping.signal,
      onProgress: (progress) => {
        if (progress.kind === 'evaluated' && progress.done >= 9) stopping.abort();
      },
    });
    expect(Object.keys(await weightsIn(at('damaged'))).length).toBeLessThan(9);
    const last = (await readdir(at('damaged', 'checkpoints'))).sort().at(-1)!;
    await writeFile(at('damaged', 'checkpoints', last), 'no checkpoint');
    const warnings: string[] = [];
    const resumed = await baseline({
      ...common,
      out: at('damaged'),
      resume: true,
      onProgress: (progress) => {
        if (progress.kind === 'warning') warnings.push(progress.message);
      },
    });
    expect(warnings.join()).toContain(last);
    expect(timeless(resumed.lines)).toEqual(timeless(whole.lines));
    expect(await weightsIn(at('damaged'))).toEqual(await weightsIn(at('all')));
  });

  it('tells when a parent’s weights are gone', async () => {
    const common = { ...options('tournament', 'evolved-chain'), out: at('lost') };
    const stopping = new AbortController();
    await baseline({
      ...common,
      signal: stopping.signal,
      onProgress: (progress) => {
        if (progress.kind === 'evaluated' && progress.done >= 5) stopping.abort();
      },
    });
    await rm(at('lost', 'weights'), { recursive: true });
    expect(await errorOf(() => baseline({ ...common, resume: true }))).toContain('is gone');
  });
});

it.each([
  ['metaqnn', { channels: 6 }, {}, 'channels: 6 is not a multiple of 4'],
  ['hierarchical', { cells: 5 }, {}, 'images of 8x8 cannot be halved 4 times'],
  ['nasbench-macro', { imageSize: 4 }, {}, 'images of 4x4 cannot be halved 3 times'],
  ['hierarchica', {}, {}, 'did you mean hierarchical?'],
])('%s with %o: says what is wrong', async (space, train, more, says) => {
  const wrong = options('random', space, { train: { ...tiny, ...train }, ...more });
  expect(await errorOf(() => baseline(wrong))).toContain(says);
});

it('processes need a folder for what children inherit', async () => {
  const common = options('tournament', 'evolved-chain');
  expect(await errorOf(() => baseline({ ...common, workers: 2 }))).toContain('need a folder for the weights');
});

it('chains that evolve for long stay networks that can be built', () => {
  const space = evolvedSpace();
  const random = Random.fromSeed(4);
  let architecture = space.start!;
  for (let i = 0; i < 150; i++) {
    architecture = space.mutate(architecture, random);
    const { parameters } = planned(layerNetwork(chainGraph(decodeChain(architecture)), 10));
    expect(parameters.count()).toBeGreaterThan(0);
  }
});
