// Opens a trained network from a run folder or a safetensors file.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { readBytes } from '../data/files.ts';
import { folderContent } from '../runs/folder-content.ts';
import type { NetworkCard } from './card.ts';
import { openTraining } from './open-training.ts';
import { weightFiles } from './retrain.ts';
import { decodeWeights, type StateDict } from './weights.ts';

export interface TrainedNetwork {
  readonly card: NetworkCard;
  readonly weights: StateDict;
  /** The file of the weights. */
  readonly file: string;
}

export type WhichWeights = keyof typeof weightFiles;

/** path: the folder of a training, or a safetensors file that mixop wrote. Throws a `MixopError`. */
export async function openTrained(path: string, which: WhichWeights = 'last'): Promise<TrainedNetwork> {
  const content = await folderContent(path);
  if (content === 'missing')
    throw new MixopError('run', path, 'no such file or folder', 'give the folder of a training');
  const file = content === 'file' ? path : await weightsOfRun(path, which);
  const { card, weights } = decodeWeights(await readBytes(file), file);
  if (card !== undefined) return { card, weights, file };
  const problem = 'does not describe the network of its weights';
  throw new MixopError('data', file, problem, 'give it a genotype with `mixop import`');
}

async function weightsOfRun(path: string, which: WhichWeights): Promise<string> {
  const run = await openTraining(path);
  const name = weightFiles[which];
  if (await run.hasArtefact(name)) return join(path, name);
  const resume = `continue the training: mixop retrain --out ${path} --resume`;
  const last = which === 'best' && (await run.hasArtefact(weightFiles.last));
  if (last)
    throw new MixopError('run', path, 'has not been evaluated yet', `use --weights last, or ${resume}`);
  throw new MixopError('run', path, `has no trained weights yet (no ${name})`, resume);
}
