// A search by gradient as a strategy: proposes the cells that a run of `mixop search` derived, those of the last epoch
// first and each once, then samples from its last alphas, so that it makes as many evaluations as other strategies. Its
// control is the search whose alphas learn from the images of the weights (Liu et al. 2019, section 3.1, "single-level").

import { MixopError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Architecture, DecisionSpace } from '../discrete-baselines/architecture.ts';
import type { Searcher } from '../discrete-baselines/searcher.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';
import { foundFirst } from '../discrete-baselines/strategies/found-first.ts';
import { runsAmong } from '../runs/list-runs.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { AlphaMatrix, Alphas } from '../supernet/alphas.ts';
import { derive } from '../supernet/derive.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { architectureOf } from '../engine/decision-space.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';

/** The images that the alphas of each learn from. */
const splits = { darts: 'validation', 'single-level': 'training' } as const;

/** One for each run. paths: runs, and folders of runs. */
export async function derivedBySearches(
  name: keyof typeof splits,
  search: DecisionSpace,
  paths: readonly string[],
): Promise<readonly Searcher[]> {
  const runs = await runsAmong(paths);
  return Promise.all(runs.map((run) => derivedBySearch(name, search, run)));
}

async function derivedBySearch(
  name: keyof typeof splits,
  search: DecisionSpace,
  path: string,
): Promise<Searcher> {
  const run = await RunFolder.open(path);
  const lines = await run.readAlphas();
  const last = lines.at(-1);
  if (last === undefined) {
    const remedy = 'name a run of `mixop search` that has completed an epoch';
    throw new MixopError('run', path, 'has no alphas', remedy);
  }
  const {
    space: searched,
    spaceDefinition,
    alphas,
  } = run.config as unknown as {
    space: string;
    spaceDefinition?: ImageSpace;
    alphas: { split: string };
  };
  if (searched !== search.name) {
    const remedy = `name a run in ${search.name}`;
    throw new MixopError('config', path, `searched in ${searched}, not in ${search.name}`, remedy);
  }
  if (!('fromEdges' in search))
    throw new MixopError('config', name, 'searches cells of one size', 'omit the sizes');
  if (alphas.split !== splits[name]) {
    const problem = `its alphas learned from the ${alphas.split} images`;
    const remedy = `give ${name} a run of \`mixop search --set alphas.split=${splits[name]}\``;
    throw new MixopError('config', path, problem, remedy);
  }
  const space = spaceDefinition ?? imageSpaceNamed(searched);
  const derived = (of: Alphas, source: string): Architecture =>
    architectureOf(search as CellDecisionSpace, derive(space, of, source));
  const alphasOf = (line: (typeof lines)[number]): Alphas => line['alphas'] as unknown as Alphas;
  const found = new Map<string, Architecture>();
  for (const line of lines.toReversed()) {
    const architecture = derived(alphasOf(line), `${path}, epoch ${line.epoch}`);
    if (!found.has(search.key(architecture))) found.set(search.key(architecture), architecture);
  }
  const draw = (random: Random): Architecture => derived(perturbed(alphasOf(last), random), path);
  return foundFirst(name, search, [...found.values()], draw);
}

/**
 * alpha plus standard Gumbel noise: the max of a row is a sample from its softmax (Gumbel 1954), and the strongest edges
 * after the noise are kept.
 */
function perturbed(alphas: Alphas, random: Random): Alphas {
  const gumbel = (): number => -Math.log(-Math.log(Math.max(random.uniform(), Number.MIN_VALUE)));
  const matrix = (alpha: AlphaMatrix): AlphaMatrix =>
    alpha.map((row) => row.map((value) => value + gumbel()));
  return Object.fromEntries(Object.entries(alphas).map(([kind, alpha]) => [kind, matrix(alpha)]));
}
