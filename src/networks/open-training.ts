// Opens the run folder of a training, to read it.

import { MixopError } from '../base/errors.ts';
import { RunFolder } from '../runs/run-folder.ts';

/** What `task` says in the configuration of a training. */
export const retrainTask = 'retrain';

/** Opens the run of a training to read it; throws a `MixopError` for another run. */
export async function openTraining(path: string): Promise<RunFolder> {
  const run = await RunFolder.open(path);
  if (run.config['task'] === retrainTask) return run;
  const remedy = `train what it found: mixop retrain ${path}`;
  throw new MixopError('run', path, 'is a search, which has no trained network', remedy);
}
