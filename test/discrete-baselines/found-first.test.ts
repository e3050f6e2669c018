// Searches by gradient as members of a comparison: their cells first, then draws from their alphas, a run a search.

import { mkdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Architecture } from '../../src/discrete-baselines/architecture.ts';
import { chainSpace, nasbenchMacro } from '../../src/discrete-baselines/spaces/chain-space.ts';
import { foundFirst } from '../../src/discrete-baselines/strategies/found-first.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { derivedBySearches } from '../../src/discrete-search/derived-cells.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import type { AlphaMatrix } from '../../src/supernet/alphas.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { errorOf, machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const chains = chainSpace(nasbenchMacro);

/** One of nine, the found ones among them. */
function draw(random: Random): Architecture {
  return [random.below(3), random.below(3), 2, 2, 2, 2, 2, 2];
}

it('asks for what was found, then for draws that were not asked for yet, whatever the batch', () => {
  const found: readonly Architecture[] = [
    [2, 2, 2, 2, 2, 2, 2, 2],
    [1, 2, 2, 2, 2, 2, 2, 2],
  ];
  const searcher = foundFirst('one', chains, found, draw);
  for (const batch of [1, 3, 9]) {
    let state = searcher.init(Random.fromSeed(0));
    const asked: Architecture[] = [];
    for (let turn = 0; asked.length < 9; turn++) {
      const asking = searcher.ask(state, batch, Random.fromSeed(turn));
      asked.push(...asking.proposals.map(({ architecture }) => architecture));
      state = asking.state;
    }
    expect(asked.slice(0, 2)).toEqual(found);
    expect(new Set(asked.map((one) => chains.key(one))).size).toBe(9);
    // No other is left.
    expect(searcher.ask(state, 1, Random.fromSeed(99)).proposals).toHaveLength(1);
  }
});

async function runOf(name: string, alphas: readonly AlphaMatrix[], split = 'validation'): Promise<void> {
  const run = await RunFolder.create(at(name), { space: 'nasbench201', alphas: { split } }, machine);
  for (const [i, cell] of alphas.entries())
    await run.appendAlphas({ epoch: i + 1, step: i + 1, alphas: { cell } });
  await run.close();
}

const shares = [0.1, 0.2, 0.3, 0.15, 0.25];
const flat = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]);
const alpha: AlphaMatrix = [shares.map(Math.log), ...flat];

it('draws an operation as often as its softmax says', async () => {
  await runOf('run', [alpha]);
  const space = decisionSpaceOf(nasbench201);
  const [searcher] = await derivedBySearches('darts', space, [at('run')]);
  const counts = [0, 0, 0, 0, 0];
  const draws = 4000;
  for (let seed = 0; seed < draws; seed++) {
    const random = Random.fromSeed(seed);
    const [, drawn] = searcher!.ask(searcher!.init(random), 2, random).proposals;
    counts[drawn!.architecture[0]!]!++;
  }
  for (const [k, share] of shares.entries())
    expect(Math.abs(counts[k]! / draws - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / draws));
});

it('begins with the last cells, each once; a folder stands for its runs', async () => {
  const strong = (column: number): AlphaMatrix =>
    alpha.map(() => flat[0]!.map((_, k) => Number(k === column)));
  await mkdir(at('runs'));
  await runOf('runs/a', [strong(2), strong(3), strong(2)]);
  await runOf('runs/b', [strong(3), strong(2)]);
  const space = decisionSpaceOf(nasbench201);
  const searchers = await derivedBySearches('darts', space, [at('runs'), at('runs', 'a')]);
  const firsts = searchers.map((searcher) => {
    const random = Random.fromSeed(1);
    return searcher
      .ask(searcher.init(random), 2, random)
      .proposals.map(({ architecture }) => architecture[0]);
  });
  expect(firsts).toEqual([
    [2, 3],
    [2, 3],
    [2, 3],
  ]);
  await runOf('control', [alpha], 'training');
  expect(await errorOf(() => derivedBySearches('darts', space, [at('control')]))).toContain(
    'training images',
  );
  expect(await errorOf(() => derivedBySearches('darts', space, [at('none')]))).toContain('no such folder');
});
