// Strategies by name: settings under the names that earlier runs have.

import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { chainSpace, nasbenchMacro } from '../../src/discrete-baselines/spaces/chain-space.ts';
import { strategyNamed } from '../../src/discrete-search/strategies.ts';
import { errorOf } from '../helpers/runs-setup.ts';

const space = chainSpace(nasbenchMacro);

/** What a strategy proposes first. */
async function proposals(name: string, settings: object): Promise<unknown> {
  const made = await strategyNamed(name).make(space, { ...settings }, (path) => path.join('.'));
  if (!('name' in made)) throw new Error(`${name} has a searcher for each search`);
  return made.ask(made.init(Random.fromSeed(1)), 3, Random.fromSeed(2));
}

const rungs = { resource: 'epochs', eta: 2 };

it.each([
  ['asha', { ...rungs, least: 3, most: 12 }, { ...rungs, min: 3, max: 12 }],
  ['hyperband', { ...rungs, least: 3, most: 12 }, { ...rungs, min: 3, max: 12 }],
  ['successive-halving', { ...rungs, least: 3, most: 12 }, { ...rungs, min: 3, max: 12 }],
  ['nao', { most: 20 }, { maxStep: 20 }],
])('%s reads the former names of its settings', async (name, former, present) => {
  expect(await proposals(name, former)).toEqual(await proposals(name, present));
});

it('a setting under its former and its present name is refused', async () => {
  expect(await errorOf(() => proposals('asha', { least: 1, min: 2 }))).toContain('least: is not a known key');
});
