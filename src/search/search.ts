// A search from configuration to genotype, of images or of text: data, plan, executor, loop and run folder put together.
// It reports what happens by events and touches no terminal.

import { join } from 'node:path';
import type { Position } from '../bilevel/search-loop.ts';
import { fingerprint } from '../data/fingerprint.ts';
import { openData } from '../data/open.ts';
import { openText, textFingerprint } from '../data/open-text.ts';
import { writeCells } from '../engine/cell-artefacts.ts';
import type { PlaceOf } from '../engine/config-error.ts';
import { type FolderOptions, runInFolder } from '../engine/run-in-folder.ts';
import type { Executor } from '../kernels/executor.ts';
import { configFile, folderContent, refuseContent } from '../runs/folder-content.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { dartsRnn } from '../supernet/spaces/darts-rnn.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';
import type { ResolvedConfig, SearchConfig, SearchConfigInput } from './config.ts';
import type { EpochRecord } from './events.ts';
import { type PreparedSearch, prepareImages } from './images/plan.ts';
import { imageSearch } from './images/session.ts';
import { overlay, resolveConfig } from './resolve.ts';
import { type RunOptions, runSearch, type SearchOutcome } from './run.ts';
import { resumedConfig } from './stored-config.ts';
import {
  isTextConfig,
  resolveTextConfig,
  type TextSearchConfig,
  type TextSearchConfigInput,
} from './text/config.ts';
import { prepareText, type PreparedTextSearch } from './text/plan.ts';
import { textSearch } from './text/session.ts';

export interface SearchOptions extends FolderOptions, RunOptions {
  /** Whatever is left out has the published search's value; a run that is resumed has its own. */
  readonly config?: SearchConfigInput | Partial<TextSearchConfigInput>;
  /** Where a key of `config` came from, for errors. */
  readonly placeOf?: PlaceOf;
  /** A space of one's own, instead of `config.space`. */
  readonly space?: ImageSpace;
}

export interface SearchResult extends SearchOutcome<ResolvedConfig | TextSearchConfig> {
  readonly out?: string;
  /** Files of the derived cells. */
  readonly artefacts: readonly string[];
  /** The newest checkpoint. */
  readonly checkpoint?: string;
}

/** The complete configuration of a search: of text where its space is recurrent, otherwise of images. */
export function resolveSearch(
  input: Readonly<Record<string, unknown>>,
  source?: string | PlaceOf,
): SearchConfig | TextSearchConfig {
  if (isTextConfig(input)) return resolveTextConfig(input, source);
  return resolveConfig(input, source);
}

/**
 * Does all that comes before an executor and a run folder, and writes nothing. What can be wrong before the first
 * step is found here, as a `MixopError`: configuration, run folder, space, data, batch.
 */
export async function prepareSearch(
  options: SearchOptions = {},
): Promise<PreparedSearch | PreparedTextSearch> {
  const config = await configOf(options);
  if ('length' in config) {
    const text = await openText(config.data, config.tokens, config.trainFraction);
    return prepareText(text, config);
  }
  const space = options.space ?? imageSpaceNamed(config.space);
  return prepareImages((await openData(config.data)).train, space, config);
}

/** As `prepareSearch`, where images are searched on; throws a `MixopError` where text is. */
export async function prepareImageSearch(options: SearchOptions = {}): Promise<PreparedSearch> {
  // Refuses the recurrent space by name.
  if (isTextConfig(options.config ?? {})) imageSpaceNamed(dartsRnn.name);
  return (await prepareSearch(options)) as PreparedSearch;
}

async function configOf({
  config = {},
  placeOf,
  space: own,
  out,
  resume,
}: SearchOptions): Promise<SearchConfig | TextSearchConfig> {
  const given: Readonly<Record<string, unknown>> = { ...config, ...(own && { space: own.name }) };
  const content = out === undefined ? 'missing' : await folderContent(out);
  if (out !== undefined && resume !== true) refuseContent(out, content);
  const resumed = out !== undefined && content === 'run';
  const complete = resumed ? await resumedConfig(out, given) : given;
  const source = placeOf ?? (resumed ? join(out, configFile) : undefined);
  return resolveSearch(overlay(own?.defaults ?? {}, complete), source);
}

/** Searches; returns the derived cells. Throws a `MixopError` for whatever a user can mend. */
export async function search(options: SearchOptions = {}): Promise<SearchResult> {
  const prepared = await prepareSearch(options);
  const { config } = prepared;
  const ready =
    prepared.kind === 'text'
      ? {
          plan: prepared.textPlan.plan,
          stored: { ...config, dataFingerprint: textFingerprint(prepared.text) },
          runOn: (executor: Executor) => textSearch(prepared, executor),
        }
      : {
          plan: prepared.searchPlan.plan,
          stored: {
            ...config,
            dataFingerprint: fingerprint(prepared.data.dataset),
            ...(options.space && { spaceDefinition: options.space }),
          },
          runOn: (executor: Executor) => imageSearch(prepared, executor),
        };
  const folder = { what: 'search', keep: config.checkpoints.keep, ...ready };
  return runInFolder<Position, EpochRecord, SearchResult>(folder, options, async (executor, journal) => {
    const run = ready.runOn(executor);
    const { outcome, completed } = await runSearch<ResolvedConfig | TextSearchConfig>(run, options, journal);
    const { finished, genotype } = outcome;
    const artefacts = finished && journal ? await writeCells(journal, genotype, run.space) : [];
    if (finished) await journal?.finish(completed);
    return {
      ...outcome,
      ...(options.out !== undefined && { out: options.out }),
      artefacts,
      ...(journal?.checkpoint !== undefined && { checkpoint: journal.checkpoint }),
    };
  });
}

/** What a run of a search was configured by: the kind of its data is known before it is resumed. */
export async function isTextRun(out: string): Promise<boolean> {
  return (await folderContent(out)) === 'run' && isTextConfig((await RunFolder.open(out)).config);
}
