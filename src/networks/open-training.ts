// Opens the run folder of a training for reading.

import { MixopError } from '../base/errors.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { runKind } from '../runs/run-kind.ts';
import { genotypeSpaces } from '../supernet/spaces/named.ts';

/** The value of `task` in the configuration of a training. */
export const retrainTask = 'retrain';

/** Opens the run of a training for reading. Throws a `MixopError` for another kind of run. */
export async function openTraining(path: string): Promise<RunFolder> {
  const run = await RunFolder.open(path);
  const kind = runKind(run.config);
  if (kind === retrainTask) return run;
  const { space, spaceDefinition } = run.config;
  const name = typeof space === 'string' ? space : '';
  const trainable = spaceDefinition !== undefined || Object.hasOwn(genotypeSpaces, name);
  const reason = name === '' ? '' : `, which trains no cells of ${name}`;
  const remedy = trainable
    ? `train what it found: mixop retrain ${path}`
    : `give a run of \`mixop retrain\`${reason}`;
  const problem = `is a run of \`mixop ${kind}\`, which has no trained network`;
  throw new MixopError('run', path, problem, remedy);
}
