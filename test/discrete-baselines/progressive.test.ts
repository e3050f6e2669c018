import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { type Architecture, isArchitecture } from '../../src/discrete-baselines/architecture.ts';
import { blockSettings, blockSpace } from '../../src/discrete-baselines/spaces/block-space.ts';
import {
  blockCount,
  blockFeatures,
  distinctBlocks,
  withoutEnd,
} from '../../src/discrete-baselines/spaces/blocks.ts';
import { logProbabilityGradient } from '../../src/discrete-baselines/softmax-policy.ts';
import { progressiveSearch } from '../../src/discrete-baselines/strategies/progressive.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import { pnas } from '../../src/supernet/spaces/pnas.ts';
import { pnasFamily } from '../../src/discrete-search/families/blocks.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import type { BaselineResult } from '../../src/discrete-search/options.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';
import { blockSurrogate, blockSurrogates } from '../../src/discrete-search/predictors/predictors.ts';
import { networkEnsemble } from '../../src/predictors/network-ensemble.ts';
import { encoded } from '../../src/predictors/predictor.ts';
import { ridge } from '../../src/predictors/ridge.ts';

const settings = { inputs: 2, operations: 8, blocks: 3 };
const space = blockSpace(
  {
    ...settings,
    name: 'planted',
    cells: ['cell'],
    fewest: 1,
    operations: Array.from('abcdefgh'),
    output: 'all',
  },
  String,
);

describe('blocks', () => {
  it.each([136, 300, 528, 820, 1176])('are %i where the paper counts so many', (count) => {
    const level = [136, 300, 528, 820, 1176].indexOf(count);
    const blocks = distinctBlocks(settings, level);
    expect(blocks).toHaveLength(count);
    const unordered = blocks.map(([a, b, c, d]) => [`${a},${b}`, `${c},${d}`].sort().join(' '));
    expect(new Set(unordered).size).toBe(count);
  });

  it('are counted by operation, and by source and operation', () => {
    const features = blockFeatures(settings, [0, 3, 0, 3, 2, 1, 0, 0]);
    expect(features).toHaveLength(8 + 4 * 8);
    expect([...features.entries()].filter(([, value]) => value > 0)).toEqual([
      [0, 1],
      [1, 1],
      [3, 2],
      [8, 1],
      [8 + 3, 2],
      [8 + 2 * 8 + 1, 1],
    ]);
  });
});

/**
 * A weight for every operation on either input (on a block: less), and a loss of 0.3 for the square of each operation's
 * count, so that the best cell mixes operations.
 */
function planted(seed: number): { readonly score: (cell: Architecture) => number; readonly best: number } {
  const random = Random.fromSeed(seed);
  const weights = [0, 1].map(() => Array.from({ length: 8 }, () => random.normal()));
  const top = weights[0]!.map((weight, operation) => Math.max(weight, weights[1]![operation]!));
  const score = (cell: Architecture): number => {
    const features = blockFeatures(settings, cell);
    let sum = 0;
    for (let operation = 0; operation < 8; operation++) {
      sum -= 0.3 * features[operation]! ** 2;
      for (let source = 0; source < 4; source++)
        sum +=
          features[8 * (1 + source) + operation]! * (weights[source]?.[operation] ?? top[operation]! - 1);
    }
    return sum;
  };
  // Six branches, each operation on its better input: all multisets of six.
  const most = (from: number, left: number): number =>
    from === 7
      ? left * top[7]! - 0.3 * left ** 2
      : Math.max(
          ...Array.from(
            { length: left + 1 },
            (_, n) => n * top[from]! - 0.3 * n ** 2 + most(from + 1, left - n),
          ),
        );
  return { score, best: most(0, 6) };
}

/** Counts and their squares, in which the planted score is linear. */
function squared(cell: Architecture): Float64Array {
  const features = blockFeatures(settings, cell);
  return Float64Array.from([...features, ...features.slice(0, 8).map((count) => count ** 2)]);
}

describe('progressive search', () => {
  it.each([
    { name: 'ridge', model: ridge, seed: 1, slack: 1e-9 },
    { name: 'ridge', model: ridge, seed: 2, slack: 1e-9 },
    { name: 'networks', model: networkEnsemble({ epochs: 100, networks: 3 }), seed: 1, slack: 0.5 },
  ])(
    'with $name finds the optimum of planted score $seed within $slack, B = 3 and K = 32',
    ({ model, seed, slack }) => {
      const { score, best } = planted(seed);
      const searcher = progressiveSearch(space, { keep: 32 }, encoded(model, squared));
      const random = Random.fromSeed(seed);
      let state = searcher.init(random);
      const levels: number[] = [];
      let found = -Infinity;
      for (let step = 0; ; step++) {
        const asking = searcher.ask(state, 50, random.split('ask', step));
        if (asking.proposals.length === 0) break;
        const cells = asking.proposals.map(({ architecture }) => architecture);
        expect(cells.every((cell) => isArchitecture(space, cell))).toBe(true);
        expect(new Set(cells.map((cell) => space.key(cell))).size).toBe(cells.length);
        levels.push(...cells.map((cell) => blockCount(withoutEnd(cell))));
        const results = asking.proposals.map(({ architecture }, id) => {
          const value = score(withoutEnd(architecture));
          found = Math.max(found, value);
          return {
            id,
            architecture,
            evaluation: { score: value, seconds: 0, epochs: 0, metrics: {} },
          };
        });
        state = searcher.tell(asking.state, results, random);
      }
      expect([1, 2, 3].map((level) => levels.filter((one) => one === level).length)).toEqual([136, 32, 32]);
      expect(found).toBeLessThanOrEqual(best + 1e-9);
      expect(found).toBeGreaterThanOrEqual(best - slack);
    },
  );
});

const at = useTemporaryFolder();

function found({ lines }: BaselineResult): unknown {
  return lines.map(({ architecture, score }) => ({ architecture, score }));
}

/** The share of the first operation in a cell. */
function share(cell: Architecture): number {
  return cell.filter((option, i) => i % 2 === 1 && option === 0).length / (cell.length / 2);
}

describe('as a strategy', () => {
  const train = { data: 'digits', channels: 4, cells: 2, epochs: 1, batch: 32, dataShare: 0.2 };

  it('trains cells of one block first', async () => {
    const config = { strategy: 'pnas', space: 'pnas', train, budget: { evaluations: 3 } };
    const { lines, text } = await baseline({ config, executor: { threads: 1 } });
    expect(lines.map(({ architecture }) => architecture)).toEqual([
      [0, 0, 0, 0, 6],
      [0, 0, 0, 1, 6],
      [0, 0, 0, 2, 6],
    ]);
    expect(parseGenotype(text!, pnas)['reduce']!.nodes).toHaveLength(1);
  });

  it('that is stopped goes on to the same evaluations', async () => {
    const config = { strategy: 'pnas', space: 'pnas', train, budget: { evaluations: 6 } };
    const common = { config, executor: { threads: 1 }, pause: 0 };
    const stopping = new AbortController();
    const stopped = await baseline({
      ...common,
      out: at('run'),
      signal: stopping.signal,
      onProgress: (progress) => {
        if (progress.kind === 'evaluated' && progress.done >= 2) stopping.abort();
      },
    });
    expect(stopped.finished).toBe(false);
    const [whole, resumed] = [
      await baseline(common),
      await baseline({ ...common, out: at('run'), resume: true }),
    ];
    expect(found(resumed)).toEqual(found(whole));
  });

  it('goes on by chance where all cells score the same', () => {
    const searcher = progressiveSearch(pnasFamily().search, { keep: 4 }, encoded(ridge, squared));
    const random = Random.fromSeed(1);
    const first = searcher.ask(searcher.init(random), 200, random);
    const results = first.proposals.map(({ architecture }, id) => ({
      id,
      architecture,
      evaluation: { score: 10, seconds: 0, epochs: 0, metrics: {} },
    }));
    const second = searcher.ask(searcher.tell(first.state, results, random), 200, random);
    expect(second.proposals.map(({ architecture }) => architecture.length)).toEqual([9, 9, 9, 9]);
  });

  it.each(blockSurrogates)(
    'has a surrogate of %s, which learns from short cells about longer ones',
    (name) => {
      const growing = pnasFamily().search;
      const cells = distinctBlocks(blockSettings(growing), 0);
      const model = blockSurrogate(name, growing).fit(
        cells,
        Float64Array.from(cells, share),
        Random.fromSeed(2),
      );
      const { mean } = model.predict([
        [0, 0, 1, 0, 0, 0, 1, 0],
        [0, 0, 1, 5, 0, 0, 1, 4],
        [0, 3, 1, 5, 0, 6, 1, 4],
      ]);
      expect(mean[0]).toBeGreaterThan(mean[1]!);
      expect(mean[1]).toBeGreaterThan(mean[2]!);
    },
  );

  it('stands beside policy gradients, which end cells too', async () => {
    const config = { strategy: 'reinforce', space: 'pnas', train, budget: { evaluations: 2 } };
    const { lines } = await baseline({ config, executor: { threads: 1 } });
    expect(lines).toHaveLength(2);
    const logits = Array.from(
      { length: 20 },
      (_, i) => (i % 2 === 0 ? Array(7).fill(0) : Array(8).fill(0)) as number[],
    );
    const rows = logProbabilityGradient(pnasFamily().search, logits, [0, 1, 1, 4, 6]);
    expect(rows.map((row) => row.length)).toEqual(logits.map((row) => row.length));
    // Three sources or the end.
    expect(rows[4]).toEqual([-1 / 4, -1 / 4, -1 / 4, 0, 0, 0, 3 / 4]);
    expect(
      rows
        .slice(5)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
  });

  it('names what reinforce and zero-cost scores cannot take', async () => {
    const chains = { strategy: 'reinforce', space: 'metaqnn', train, budget: { evaluations: 2 } };
    await expect(baseline({ config: chains })).rejects.toThrow(/metaqnn.*differ in the number or the kinds/s);
    const zeroCost = { data: 'digits' };
    const untrained = { strategy: 'pnas', space: 'pnas', zeroCost, budget: { evaluations: 2 } };
    await expect(baseline({ config: untrained })).rejects.toThrow(/do not support pnas/);
  });

  it('refuses cells that do not grow', async () => {
    const config = { strategy: 'pnas', space: 'nasnet', train, budget: { evaluations: 3 } };
    await expect(baseline({ config })).rejects.toThrow(
      /nasnet has no single cell that grows by blocks.*--space pnas/s,
    );
  });
});
