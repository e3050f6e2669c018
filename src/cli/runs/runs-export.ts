// `mixop runs export`: the metrics of runs for other tools.

import { dirname, join } from 'node:path';
import { MixopError } from '../../base/errors.ts';
import { collectRun, type ReportedRun } from '../../report/collect.ts';
import { metricsCsv } from '../../report/csv.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';
import { writeEvents } from './event-file.ts';

interface Flags {
  readonly csv?: string;
  readonly tensorboard?: string;
}

export async function exportRuns(paths: readonly string[], { csv, tensorboard }: Flags): Promise<void> {
  if (csv === undefined && tensorboard === undefined) {
    const remedy = 'add --csv FILE or --tensorboard FOLDER';
    throw new MixopError('usage', 'runs export', 'no output was chosen', remedy);
  }
  const runs: ReportedRun[] = [];
  for (const path of paths) runs.push(await collectRun(path));
  if (csv !== undefined) {
    await makeFolder(dirname(csv));
    await writeAtomic(csv, metricsCsv(runs));
    console.log(csv);
  }
  if (tensorboard === undefined) return;
  const names = new Set(runs.map(({ name }) => name));
  // Runs of the same name in different places are told apart by a number.
  for (const [i, run] of runs.entries())
    console.log(
      await writeEvents(run, join(tensorboard, names.size === runs.length ? run.name : `${i}-${run.name}`)),
    );
}
