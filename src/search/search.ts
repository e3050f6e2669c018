// A search from configuration to genotype: data, plan, executor, loop and run folder put together. It says what
// happens by events and touches no terminal.

import { join } from 'node:path';
import { fingerprint } from '../data/fingerprint.ts';
import { openData } from '../data/open.ts';
import { configFile, folderContent, refuseContent } from '../runs/folder-content.ts';
import type { ImageSpace } from '../supernet/space.ts';
import type { ResolvedConfig, SearchConfig, SearchConfigInput } from './config.ts';
import { prepareOn, type PreparedSearch } from './prepare.ts';
import { overlay, resolveConfig } from './resolve.ts';
import { resumedConfig } from './resumed-config.ts';
import { runSearch } from './run-search.ts';
import { type FolderOptions, type FolderResult, type FolderSearch, searchInFolder } from './search-folder.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';

export interface SearchOptions extends FolderOptions {
  /** Whatever is left out has the published search's value. */
  readonly config?: SearchConfigInput;
  /** A space of one's own, instead of `config.space`. */
  readonly space?: ImageSpace;
}

export type SearchResult = FolderResult<ResolvedConfig>;

/**
 * Does all that comes before an executor and a run folder, and writes nothing. What can be wrong before the first
 * step is found here, as a `MixopError`: configuration, run folder, space, data, batch.
 */
export async function prepareSearch(options: SearchOptions = {}): Promise<PreparedSearch> {
  const config = await configOf(options);
  const space = options.space ?? imageSpaceNamed(config.space);
  const { train } = await openData(config.data);
  return prepareOn(train, space, config);
}

async function configOf({ config, space: own, out, resume }: SearchOptions): Promise<SearchConfig> {
  const space = own ?? (config?.space === undefined ? undefined : imageSpaceNamed(config.space));
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
  const prepared = await prepareSearch(options);
  const { space, config, data, searchPlan } = prepared;
  const custom = options.space && { spaceDefinition: options.space };
  const described: FolderSearch<ResolvedConfig> = {
    space,
    plan: searchPlan.plan,
    stored: { ...config, dataFingerprint: fingerprint(data.dataset), ...custom },
    keep: config.checkpoints.keep,
    run: (executor, journal) => runSearch(prepared, executor, options, journal),
  };
  return searchInFolder(described, options);
}
