// `mixop runs ls`: a line for each run of a folder.

import { listRuns } from '../../runs/list-runs.ts';
import { percent } from '../terminal/progress-text.ts';
import { table } from '../terminal/table.ts';

/** Characters of a genotype that a line shows. */
const genotypeLength = 60;

export async function listAll(folder: string, flags: { readonly json?: boolean }): Promise<void> {
  const runs = await listRuns(folder);
  if (flags.json === true) {
    console.log(JSON.stringify(runs));
    return;
  }
  if (runs.length === 0) {
    console.log(`no runs in ${folder}`);
    return;
  }
  const rows = runs.map((run) => [
    run.name,
    run.state,
    run.epochs === null ? '' : `${run.epochsDone}/${run.epochs}`,
    run.validationAccuracy === null ? '' : percent(run.validationAccuracy),
    run.problem ?? shorten(run.genotype ?? ''),
  ]);
  console.log(table(['run', 'state', 'epochs', 'valid', 'genotype'], rows, [2, 3]));
}

function shorten(text: string): string {
  return text.length > genotypeLength ? `${text.slice(0, genotypeLength - 1)}…` : text;
}
