// The TensorBoard event file that a run keeps in its own folder while it runs.

import { join } from 'node:path';
import { collectRun, type ReportedRun } from '../../report/collect.ts';
import { eventFile, eventsOf } from '../../report/tensorboard.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';

export interface EventKeeper {
  /** Follows a run's progress: its file is written anew after each epoch, since it is as short as a run's metrics. */
  follow(event: { readonly kind: string; readonly out?: string }): void;
  /** Waits until the file is up to date; throws what went wrong. */
  settled(): Promise<void>;
}

export function eventKeeper(wanted: boolean): EventKeeper {
  let last = Promise.resolve();
  let run: string | undefined;
  return {
    follow({ kind, out }) {
      if (kind === 'start') run = out;
      const path = run;
      if (!wanted || kind !== 'epoch' || path === undefined) return;
      last = last.then(async () => void (await writeEvents(await collectRun(path), path)));
      // Whoever waits for `settled` gets the error.
      last.catch(() => undefined);
    },
    settled: () => last,
  };
}

export async function writeEvents(run: ReportedRun, folder: string): Promise<string> {
  await makeFolder(folder);
  const file = join(folder, eventFile);
  await writeAtomic(file, eventsOf(run));
  return file;
}
