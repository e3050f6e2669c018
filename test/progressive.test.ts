import { describe, expect, it } from 'vitest';
import { Random } from '../src/base/random.ts';
import type { Architecture } from '../src/discrete-baselines/architecture.ts';
import { blockCount, blockFeatures, distinctBlocks } from '../src/discrete-baselines/spaces/blocks.ts';
import { progressiveSearch } from '../src/discrete-baselines/strategies/progressive.ts';
import { networkEnsemble } from '../src/predictors/network-ensemble.ts';
import { encoded } from '../src/predictors/predictor.ts';
import { ridge } from '../src/predictors/ridge.ts';

const settings = { inputs: 2, operations: 8, blocks: 3, keep: 32 };

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
      const searcher = progressiveSearch(settings, encoded(model, squared));
      const random = Random.fromSeed(seed);
      let state = searcher.init(random);
      const levels: number[] = [];
      let found = -Infinity;
      for (let step = 0; ; step++) {
        const asking = searcher.ask(state, 50, random.split('ask', step));
        if (asking.proposals.length === 0) break;
        levels.push(...asking.proposals.map(({ architecture }) => blockCount(architecture)));
        const results = asking.proposals.map(({ architecture }, id) => {
          found = Math.max(found, score(architecture));
          return {
            id,
            architecture,
            evaluation: { score: score(architecture), seconds: 0, epochs: 0, metrics: {} },
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
