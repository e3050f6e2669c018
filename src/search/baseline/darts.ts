// The search by gradient as one of the compared: the cells that a run of `mixop search` derived, the last epoch's first,
// each cell once.

import { MixopError } from '../../base/errors.ts';
import type { Architecture, SearchSpace } from '../../discrete-baselines/architecture.ts';
import type { Searcher } from '../../discrete-baselines/searcher.ts';
import type { CellSearchSpace } from '../../discrete-baselines/spaces/cell-space.ts';
import { fixedList } from '../../discrete-baselines/strategies/fixed-list.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import type { Alphas } from '../../supernet/alphas.ts';
import { derive } from '../../supernet/derive.ts';
import type { Space } from '../../supernet/space.ts';
import { architectureOf } from '../search-space.ts';
import { spaceNamed } from '../spaces.ts';

export async function derivedBySearch(search: SearchSpace, path: string): Promise<Searcher> {
  const run = await RunFolder.open(path);
  const lines = await run.readAlphas();
  if (lines.length === 0) {
    const remedy = 'give a run of `mixop search` that has completed an epoch';
    throw new MixopError('run', path, 'has no alphas', remedy);
  }
  const { space: name, spaceDefinition } = run.config as unknown as {
    space: string;
    spaceDefinition?: Space;
  };
  if (name !== search.name) {
    const remedy = `give a run in ${search.name}`;
    throw new MixopError('config', path, `searched in ${name}, not in ${search.name}`, remedy);
  }
  const space = spaceDefinition ?? spaceNamed(name);
  const found = new Map<string, Architecture>();
  for (const line of lines.toReversed()) {
    const genotype = derive(space, line['alphas'] as unknown as Alphas, `${path}, epoch ${line.epoch}`);
    const architecture = architectureOf(search as CellSearchSpace, genotype);
    if (!found.has(search.key(architecture))) found.set(search.key(architecture), architecture);
  }
  return fixedList('darts', [...found.values()]);
}
