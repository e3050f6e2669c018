// Sizes of the network among the decisions: a space of its own, networks of the decided sizes, whole searches.

import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { encodings, isArchitecture } from '../../src/discrete-baselines/architecture.ts';
import { sizedSpace } from '../../src/discrete-baselines/spaces/sized-space.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { collectBaseline } from '../../src/report/collect-baseline.ts';
import { cellFamily } from '../../src/discrete-search/families/cells.ts';
import { familyNamed } from '../../src/discrete-search/families/named.ts';
import { checkSizes, sizedFamily } from '../../src/discrete-search/families/sized.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import type { BaselineOptions } from '../../src/discrete-search/options.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import { Parameters } from '../../src/supernet/parameters.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import type { Trainable } from '../../src/supernet/trainable.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const inner = decisionSpaceOf(nasbench201);
const sizes = [
  { name: 'cells', values: [1, 2, 5] },
  { name: 'channels', values: [4, 8] },
] as const;
const space = sizedSpace(inner, sizes);

describe('the space', () => {
  it('counts, samples, mutates, crosses and lists neighbours within itself', () => {
    expect(space.size).toBe(6n * 15_625n);
    const random = Random.fromSeed(1);
    const seen = new Set<string>();
    let resized = 0;
    for (let i = 0; i < 300; i++) {
      const [a, b] = [space.sample(random), space.sample(random)];
      const child = space.mutate(a, random);
      for (const one of [a, child, space.crossover(a, b, random)])
        expect(isArchitecture(space, one)).toBe(true);
      expect(child.filter((option, position) => option !== a[position])).toHaveLength(1);
      resized += Number(child[0] !== a[0] || child[1] !== a[1]);
      seen.add(a.slice(0, 2).join());
    }
    expect(seen.size).toBe(6);
    // Two of eight decisions; four standard deviations.
    expect(Math.abs(resized - 75)).toBeLessThan(30);
    const from = space.sample(random);
    const around = [from, ...space.neighbours(from)];
    expect(around.every((one) => isArchitecture(space, one))).toBe(true);
    expect(new Set(around.map((one) => space.key(one))).size).toBe(around.length);
    expect(around).toHaveLength(1 + 2 + 1 + inner.neighbours(from.slice(2)).length);
  });

  it('has keys and encodings that tell sizes apart, and a text and a genotype', () => {
    const cell = inner.sample(Random.fromSeed(2));
    const [a, b] = [
      [2, 0, ...cell],
      [2, 1, ...cell],
    ] as const;
    expect(space.parts(b)).toEqual({ sizes: { cells: 5, channels: 8 }, inner: cell });
    expect(space.text(b)).toBe(`cells=5 channels=8 ${inner.text(cell)}`);
    expect(space.genotype!(b)).toBe(inner.text(cell));
    expect(space.key(a)).not.toBe(space.key(b));
    for (const encoding of encodings) {
      expect([...space.encode(b, encoding)]).toEqual([0, 0, 1, 0, 1, ...inner.encode(cell, encoding)]);
    }
  });
});

function parametersOf(network: Trainable): number {
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const images = builder.persistent('inputs', 'images', [2, 8, 8, 1]);
  builder.program('evaluate', () =>
    builder.keep(network.build(new Graph(builder, {}), parameters, images, 'evaluation').logits),
  );
  return parameters.count();
}

const image = { height: 8, width: 8, channels: 1 };

it('networks have the decided sizes', () => {
  const fixed = cellFamily(dartsCnn);
  const sized = sizedFamily(fixed, { channels: [4, 6], cells: [2, 3] }, 'sizes');
  const cell = fixed.search.sample(Random.fromSeed(3));
  for (const [i, channels] of [4, 6].entries())
    for (const [j, cells] of [2, 3].entries()) {
      const asked = sized.network([i, j, ...cell], fixed.defaults, image, 10);
      const given = fixed.network(cell, { channels, cells }, image, 10);
      expect(parametersOf(asked)).toBe(parametersOf(given));
    }
});

it('sizes that networks do not have, or that do not suit the images, are refused', async () => {
  const options = { image: 8, channels: 4 };
  for (const [name, searched, message] of [
    [
      'metaqnn',
      { channels: [4, 8] },
      'the channels of networks of metaqnn cannot be searched; sizes that can be: none',
    ],
    ['nasbench-macro', { cells: [1, 2] }, '--sizes cells: the cells of networks of nasbench-macro cannot'],
  ] as const)
    expect(await errorOf(() => sizedFamily(familyNamed(name, options), searched, '--sizes'))).toContain(
      message,
    );
  const motifs = familyNamed('hierarchical', options);
  const of = { size: motifs.defaults, image, classes: 10 };
  expect(await errorOf(() => checkSizes(motifs, { cells: [2, 5] }, of))).toContain(
    'cannot be halved 4 times',
  );
  checkSizes(motifs, { cells: [2, 3] }, of);
});

const small = { data: 'digits', batch: 16, epochs: 1, trainFraction: 0.05 };
function options(more: Partial<BaselineOptions['config']> = {}): BaselineOptions {
  const train = { ...small, channels: 2, cells: 1 };
  const searched = { sizes: { cells: [1, 2], channels: [2, 4] }, objective: 'params' };
  const config = { strategy: 'aging-evolution', settings: { population: 2, sample: 2 }, seed: 4 };
  return {
    config: { ...config, ...searched, train, budget: { evaluations: 6 }, ...more },
    executor: { threads: 1 },
  };
}

describe('a search', () => {
  it('finds sizes with cells; its genotype is one, its report has both', async () => {
    const { text, front, lines } = await baseline({ ...options(), out: at('run') });
    expect(text).toMatch(/^cells=[12] channels=[24] Genotype\(/);
    const genotype = (await readFile(at('run', 'genotype.txt'), 'utf8')).trim();
    expect(text!.endsWith(genotype)).toBe(true);
    expect(parseGenotype(genotype, dartsCnn)).toBeDefined();
    expect(new Set(lines.map(({ architecture }) => architecture.slice(0, 2).join())).size).toBeGreaterThan(1);
    const reported = await collectBaseline(at('run'));
    expect([reported.text, reported.front]).toEqual([text, front]);
  });

  it.each([
    [{ sizes: { cells: [2] } }, 'sizes.cells'],
    [{ sizes: { channels: [2, 2] } }, 'repeats a value'],
    [
      { sizes: { channels: [2, 4] }, strategy: 'asha', settings: { resource: 'channels' } },
      'conflicts with the resource channels of the strategy',
    ],
    [{ space: 'hierarchical', sizes: { cells: [2, 5] } }, 'cannot be halved 4 times'],
  ])('%o: says what is wrong before anything runs', async (more, message) => {
    expect(await errorOf(() => baseline(options({ settings: {}, ...more })))).toContain(message);
  });
});

describe('the command', () => {
  beforeAll(buildCli, 120_000);

  it('takes sizes as lists', async () => {
    const train = '--train data=digits --train epochs=1 --train trainFraction=0.05 --train batch=16';
    const args = `baseline random ${train} --sizes cells=1,2 --sizes channels=2,4 --budget 2`;
    const { code, stdout } = await mixop(args, { cwd: at() });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ +cells=[12] channels=[24] Genotype\(/m)]);
    const wrong = await mixop('baseline random --zero-cost score=naswot --sizes cells=1,2 --budget 2', {
      cwd: at(),
    });
    expect([wrong.code, wrong.stderr]).toEqual([
      3,
      expect.stringContaining('--sizes: with zero-cost all networks have one'),
    ]);
  });
});
