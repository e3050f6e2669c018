// The comparison of cells: random ones are uniform, everything is trained alike, and a stopped one goes on.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { compareCells, type CompareCellsOptions } from '../../src/networks/compare-cells.ts';
import { intervalOnTest, summariseSeeds } from '../../src/retrain/seed-summary.ts';
import { search } from '../../src/search/search.ts';
import { checkGenotype } from '../../src/supernet/genotype/check.ts';
import { randomGenotype } from '../../src/supernet/genotype/random.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-compare-'));
const at = (...names: string[]): string => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('random cells', () => {
  it.each([dartsCnn, nasbench201])('of $name can be built, and are uniform', (space) => {
    const random = Random.fromSeed(1);
    const draws = 2000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const genotype = randomGenotype(space, random.split('cell', i));
      checkGenotype(genotype, space);
      const [kind] = Object.keys(space.cells);
      // The sources of the second node, and every operation on its first edge.
      const edges = genotype[kind!]!.nodes[1]!;
      const key = `${edges.map(({ from }) => from).join()} ${edges[0]!.operation}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    // Three pairs of sources times seven operations; one pair times five.
    const kinds = space === dartsCnn ? 21 : 5;
    expect(counts.size).toBe(kinds);
    const expected = draws / kinds;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    // 99.9 % quantiles of 20 and of 4 degrees of freedom.
    expect(chiSquare).toBeLessThan(space === dartsCnn ? 45.31 : 18.47);
  });
});

describe('the interval of a comparison', () => {
  it('holds the error of the seeds and that of the test set', () => {
    const summary = summariseSeeds([0.8, 0.82, 0.84]);
    const seeds = (4.303 * 0.02) / Math.sqrt(3);
    const test = 1.96 * Math.sqrt((0.82 * 0.18) / 500);
    const [low, high] = intervalOnTest(summary, 500);
    expect(high - 0.82).toBeCloseTo(Math.hypot(seeds, test), 12);
    expect(0.82 - low).toBeCloseTo(Math.hypot(seeds, test), 12);
    expect(intervalOnTest(summariseSeeds([0.82]), 500)[1] - 0.82).toBeCloseTo(test, 12);
  });
});

describe('a comparison', () => {
  const options: CompareCellsOptions = {
    run: at('search'),
    config: { channels: 2, cells: 2, epochs: 1, batch: 64 },
    seeds: 2,
    random: 2,
    published: ['DARTS_V2', 'ENAS'],
    out: at('whole'),
  };

  beforeAll(async () => {
    const config = { channels: 2, cells: 2, batch: 32, trainFraction: 0.2, epochs: 1 };
    await search({ config, out: at('search') });
  });

  it('trains the searched, random and published cells alike, and ranks them', async () => {
    const result = await compareCells(options);
    expect(result).toMatchObject({ finished: true, heldOutImages: 360 });
    expect(result.cells.map(({ name }) => name).sort()).toEqual([
      'DARTS_V2',
      'ENAS',
      'random-1',
      'random-2',
      'searched',
    ]);
    const means = result.cells.map(({ accuracy }) => accuracy.mean);
    expect(means).toEqual([...means].sort((a, b) => b - a));
    expect(result.cells[result.rank! - 1]!.name).toBe('searched');
    // A cell of another space has no place in the supernet.
    const unscored = result.cells.filter(({ supernetAccuracy }) => supernetAccuracy === undefined);
    expect(unscored.map(({ name }) => name)).toEqual(['ENAS']);
    expect(Math.abs(result.tau!)).toBeLessThanOrEqual(1);
    expect(readdirSync(at('whole', 'random-2'))).toEqual(['seed-0', 'seed-1', 'summary.json']);
  }, 60_000);

  it('that is stopped goes on to the same result', async () => {
    const controller = new AbortController();
    const first = await compareCells({
      ...options,
      out: at('parts'),
      signal: controller.signal,
      onProgress: ({ number }, { kind }) => {
        if (number === 3 && kind === 'steps') controller.abort();
      },
    });
    expect(first.finished).toBe(false);
    await expect(compareCells({ ...options, out: at('parts') })).rejects.toThrow('is not empty');
    await compareCells({ ...options, out: at('parts'), resume: true });
    expect(readFileSync(at('parts', 'compare.json'))).toEqual(readFileSync(at('whole', 'compare.json')));
  }, 60_000);
});
