// The search by gradient as one of the compared: the cells that a run of `mixop search` derived, the last epoch's first,
// each cell once. Its control is the search whose alphas learn from the images of the weights (Liu et al. 2019, section
// 3.1, "single-level").

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

/** Which images the alphas of each learn from. */
const splits = { darts: 'validation', 'single-level': 'training' } as const;

export async function derivedBySearch(
  name: keyof typeof splits,
  search: SearchSpace,
  path: string,
): Promise<Searcher> {
  const run = await RunFolder.open(path);
  const lines = await run.readAlphas();
  if (lines.length === 0) {
    const remedy = 'give a run of `mixop search` that has completed an epoch';
    throw new MixopError('run', path, 'has no alphas', remedy);
  }
  const {
    space: searched,
    spaceDefinition,
    alphas,
  } = run.config as unknown as {
    space: string;
    spaceDefinition?: Space;
    alphas: { split: string };
  };
  if (searched !== search.name) {
    const remedy = `give a run in ${search.name}`;
    throw new MixopError('config', path, `searched in ${searched}, not in ${search.name}`, remedy);
  }
  if (alphas.split !== splits[name]) {
    const problem = `its alphas learnt from the ${alphas.split} images`;
    const remedy = `give ${name} a run of \`mixop search --set alphas.split=${splits[name]}\``;
    throw new MixopError('config', path, problem, remedy);
  }
  const space = spaceDefinition ?? spaceNamed(searched);
  const found = new Map<string, Architecture>();
  for (const line of lines.toReversed()) {
    const genotype = derive(space, line['alphas'] as unknown as Alphas, `${path}, epoch ${line.epoch}`);
    const architecture = architectureOf(search as CellSearchSpace, genotype);
    if (!found.has(search.key(architecture))) found.set(search.key(architecture), architecture);
  }
  return fixedList(name, [...found.values()]);
}
