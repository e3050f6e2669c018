// A search from configuration to genotype: data, plan, executor, loop and run folder put together. It says what
// happens by events and touches no terminal.

import { join } from 'node:path';
import type { Position } from '../bilevel/search-loop.ts';
import { fingerprint } from '../data/fingerprint.ts';
import { openData } from '../data/open.ts';
import type { Executor } from '../kernels/executor.ts';
import { configFile, folderContent, refuseContent } from '../runs/folder-content.ts';
import type { JsonObject } from '../runs/json.ts';
import type { Space } from '../supernet/space.ts';
import { writeCells } from './cell-artefacts.ts';
import type { SearchConfig, SearchConfigInput } from './config.ts';
import type { EpochRecord } from './events.ts';
import { allocate, type ExecutorOptions } from './executors.ts';
import { Journal } from './journal.ts';
import { machineOf } from './machine-of.ts';
import { prepareOn, type PreparedSearch } from './prepare.ts';
import { overlay, resolveConfig } from './resolve.ts';
import { resumedConfig } from './resumed-config.ts';
import { type Following, runSearch, type SearchOutcome } from './run-search.ts';
import { spaceNamed } from './spaces.ts';

export interface SearchOptions extends ExecutorOptions, Following {
  /** Whatever is left out has the published search's value. */
  readonly config?: SearchConfigInput;
  /** The run folder; without one nothing is saved. */
  readonly out?: string;
  /** Go on with the run in `out`; one that never began is begun. */
  readonly resume?: boolean;
  /** A space of one's own, instead of `config.space`. */
  readonly space?: Space;
}

export interface SearchResult extends SearchOutcome {
  readonly out?: string;
  /** Files of the derived cells. */
  readonly artefacts: readonly string[];
  /** The newest checkpoint. */
  readonly checkpoint?: string;
}

/**
 * Does all that comes before an executor and a run folder, and writes nothing. What can be wrong before the first
 * step is found here, as a `MixopError`: configuration, run folder, space, data, batch.
 */
export async function prepareSearch(options: SearchOptions = {}): Promise<PreparedSearch> {
  const config = await configOf(options);
  const space = options.space ?? spaceNamed(config.space);
  const { train } = await openData(config.data);
  return prepareOn(train, space, config);
}

async function configOf({ config, space: own, out, resume }: SearchOptions): Promise<SearchConfig> {
  const space = own ?? (config?.space === undefined ? undefined : spaceNamed(config.space));
  const given = { ...config, ...(space && { space: space.name }) };
  const resolve = (input: SearchConfigInput, source?: string): SearchConfig =>
    resolveConfig(overlay(space?.defaults ?? {}, input), source);
  if (out === undefined) return resolve(given);
  const content = await folderContent(out);
  if (resume === true && content === 'run')
    return resolve(await resumedConfig(out, given), join(out, configFile));
  if (resume !== true) refuseContent(out, content);
  return resolve(given);
}

/** Searches, and gives the derived cells. Throws a `MixopError` for whatever a user can mend. */
export async function search(options: SearchOptions = {}): Promise<SearchResult> {
  const { out } = options;
  const prepared = await prepareSearch(options);
  const { space, searchPlan } = prepared;
  const executor = await allocate('search', searchPlan.plan, options);
  let journal: Journal<Position, EpochRecord> | undefined;
  try {
    journal = out === undefined ? undefined : await openJournal(out, prepared, executor, options);
    const { outcome, place } = await runSearch(prepared, executor, options, journal);
    const { finished, genotype } = outcome;
    const artefacts = finished && journal ? await writeCells(journal, genotype, space) : [];
    if (finished) await journal?.finish(place);
    return {
      ...outcome,
      ...(out !== undefined && { out }),
      artefacts,
      ...(journal?.checkpoint !== undefined && { checkpoint: journal.checkpoint }),
    };
  } finally {
    await executor.close();
    await journal?.close();
  }
}

function openJournal(
  out: string,
  { config, data }: PreparedSearch,
  executor: Executor,
  { space, resume = false }: SearchOptions,
): Promise<Journal<Position, EpochRecord>> {
  const custom = space && { spaceDefinition: space };
  const stored = { ...config, dataFingerprint: fingerprint(data.dataset), ...custom };
  const { keep } = config.checkpoints;
  return Journal.open(out, stored as unknown as JsonObject, machineOf(executor), { resume, keep });
}
