// `mixop runs export`: the metrics of runs for other tools; and the event file that runs write as they go on.

import { dirname, join } from 'node:path';
import { MixopError } from '../../base/errors.ts';
import { collectRun, type ReportedRun } from '../../report/collect.ts';
import { metricsCsv } from '../../report/csv.ts';
import { eventFile, eventsOf } from '../../report/tensorboard.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';

interface Flags {
  readonly csv?: string;
  readonly tensorboard?: string;
}

export async function exportRuns(paths: readonly string[], { csv, tensorboard }: Flags): Promise<void> {
  if (csv === undefined && tensorboard === undefined) {
    const remedy = 'add --csv FILE or --tensorboard FOLDER';
    throw new MixopError('usage', 'runs export', 'no form is asked for', remedy);
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
  // Folders of one name in different places keep apart by their number.
  for (const [i, run] of runs.entries())
    console.log(
      await writeEvents(run, join(tensorboard, names.size === runs.length ? run.name : `${i}-${run.name}`)),
    );
}

async function writeEvents(run: ReportedRun, folder: string): Promise<string> {
  await makeFolder(folder);
  const file = join(folder, eventFile);
  await writeAtomic(file, eventsOf(run));
  return file;
}

export interface EventKeeper {
  /** Brings the event file of a run up to date, soon. */
  refresh(path: string): void;
  /** Waits until that is done; throws what went wrong. */
  settled(): Promise<void>;
}

/** Writes the event file of a run into its own folder, anew each time: it is as short as a run's metrics. */
export function eventKeeper(wanted: boolean): EventKeeper {
  let last = Promise.resolve();
  return {
    refresh(path) {
      if (wanted) last = last.then(async () => void (await writeEvents(await collectRun(path), path)));
      // Whoever waits for `settled` gets the error.
      last.catch(() => undefined);
    },
    settled: () => last,
  };
}
