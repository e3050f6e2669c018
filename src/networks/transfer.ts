// Transfer: searches a cell on one data set and trains its network from scratch on another, which may differ in image
// size, channels and classes. A cell has no weights, so only the genotype is transferred.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import * as z from 'zod';
import { parseValue } from '../base/parse-value.ts';
import { Random } from '../base/random.ts';
import { makeFolder, writeAtomic } from '../runs/files.ts';
import { folderContent, readObject, refuseContent } from '../runs/folder-content.ts';
import { canonicalJson, type Json } from '../runs/json.ts';
import { migrateConfig } from '../runs/migrate.ts';
import type { SearchConfigInput } from '../search/config.ts';
import type { SearchProgress } from '../search/events.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import { overlay, resolveConfig } from '../search/resolve.ts';
import { search, type SearchResult } from '../search/search.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';
import { randomGenotype } from '../supernet/genotype/random.ts';
import type { RetrainConfigInput } from './config.ts';
import type { RetrainProgress } from './events.ts';
import { prepareRetrain } from './prepare.ts';
import { retrainSeeds, type SeedsResult } from './retrain-seeds.ts';

/** The configurations of the search and of the training of its cell. */
export interface TransferConfig {
  readonly search?: SearchConfigInput;
  readonly retrain?: RetrainConfigInput;
  /** Number of trainings. */
  readonly seeds?: number;
}

export interface TransferOptions extends TransferConfig, ExecutorOptions {
  /** A folder with the runs `search` and `retrained`, and the configurations of both in `transfer.json`. */
  readonly out: string;
  /** Continue the transfer in `out`; absent settings keep their stored values. */
  readonly resume?: boolean;
  readonly onSearch?: (progress: SearchProgress) => void;
  readonly onRetrain?: (progress: RetrainProgress) => void;
  /** Aborting finishes the step, saves and returns. */
  readonly signal?: AbortSignal;
}

export interface TransferResult {
  /** False where a stop was requested before the end. */
  readonly finished: boolean;
  readonly search: SearchResult;
  /** Absent where the search was stopped. */
  readonly retrained?: SeedsResult;
}

const configFile = 'transfer.json';

const settings = z.record(z.string(), z.unknown());
/** The contents of both configurations are checked where they are resolved. */
const storedSchema = z.object({
  search: settings.exactOptional(),
  retrain: settings.exactOptional(),
  seeds: z.int().positive().exactOptional(),
});

async function storedTransfer(file: string): Promise<TransferConfig> {
  return parseValue(
    storedSchema,
    migrateConfig(await readObject(file), file),
    file,
    'restore the file from a copy',
  );
}

/** Throws a `MixopError` for bad input; errors in the training's configuration are found before the search starts. */
export async function transfer(options: TransferOptions): Promise<TransferResult> {
  const { out, resume, signal, onSearch, onRetrain } = options;
  const config = await recorded(options);
  const common = {
    ...(options.executor && { executor: options.executor }),
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.adapter !== undefined && { adapter: options.adapter }),
    ...(signal && { signal }),
    ...(resume === true && { resume }),
  };
  const searched = await ofPart(
    'search',
    search({
      ...common,
      ...(config.search && { config: config.search }),
      out: join(out, 'search'),
      ...(onSearch && { onProgress: onSearch }),
    }),
  );
  if (!searched.finished) return { finished: false, search: searched };
  const retrained = await retrainSeeds({
    ...common,
    genotype: join(out, 'search'),
    ...(config.retrain && { config: config.retrain }),
    seeds: config.seeds ?? 1,
    out: join(out, 'retrained'),
    ...(onRetrain && { onProgress: onRetrain }),
  });
  return { finished: retrained.finished, search: searched, retrained };
}

/** The given configuration, overlaid on the stored one when a transfer is resumed; checked, then written. */
async function recorded(options: TransferOptions): Promise<TransferConfig> {
  const { out, resume } = options;
  const given = {
    ...(options.search && { search: options.search }),
    ...(options.retrain && { retrain: options.retrain }),
    ...(options.seeds !== undefined && { seeds: options.seeds }),
  };
  const file = join(out, configFile);
  const content = await folderContent(out);
  if (resume !== true) refuseContent(out, content);
  const begun = resume === true && content === 'other';
  const config: TransferConfig = begun ? overlay({ ...(await storedTransfer(file)) }, given) : given;
  await checkTraining(config);
  await makeFolder(out);
  await writeAtomic(file, `${canonicalJson(config as unknown as Json, 2)}\n`);
  return config;
}

/** Checks the training with any cell of the space, so that this error does not come after hours of searching. */
async function checkTraining({ search: searched, retrain }: TransferConfig): Promise<void> {
  const space = imageSpaceNamed(resolveConfig(searched ?? {}).space);
  const genotype = { genotype: randomGenotype(space, Random.fromSeed(0)), space, name: 'any cell' };
  await ofPart('retrain', prepareRetrain({ genotype, ...(retrain && { config: retrain }) }));
}

/** Makes errors about a key of a part's configuration name the part too: both have `data`. */
async function ofPart<T>(part: keyof TransferConfig, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const isKey = error instanceof MixopError && error.kind === 'config' && /^\w+$/.test(error.place);
    if (!isKey) throw error;
    const { place, problem, remedy } = error;
    throw new MixopError('config', `${part}.${place}`, problem, remedy, { cause: error });
  });
}
