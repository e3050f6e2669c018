// A search of a recurrent cell, from configuration to genotype: text, plan, executor, loop and run folder put together.

import { join } from 'node:path';
import { MixopError } from '../../base/errors.ts';
import { openText, textFingerprint, textForm } from '../../data/open-text.ts';
import type { Text } from '../../data/text.ts';
import { configFile, folderContent, refuseContent } from '../../runs/folder-content.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { dartsRnn } from '../../supernet/spaces/darts-rnn.ts';
import { configError, type PlaceOf } from '../../engine/config-error.ts';
import { followSearch } from '../follow-search.ts';
import { requireLearning } from '../resolve.ts';
import { resumedConfig } from '../resumed-config.ts';
import { type FolderOptions, type FolderResult, searchInFolder } from '../search-folder.ts';
import {
  isTextConfig,
  type TextSearchConfig,
  type TextSearchConfigInput,
  textSearchSchema,
} from './config.ts';
import { buildTextPlan, type TextPlan } from './plan.ts';
import { type SearchWindows, searchWindows, TextSearchSession } from './session.ts';

export interface TextSearchOptions extends FolderOptions {
  /** Whatever is left out has the published search's value; a run that is resumed has its own. */
  readonly config?: Partial<TextSearchConfigInput>;
}

export type TextSearchResult = FolderResult<TextSearchConfig>;

export interface PreparedTextSearch {
  readonly config: TextSearchConfig;
  readonly text: Text;
  readonly windows: SearchWindows;
  readonly textPlan: TextPlan;
  /** Weights of the supernet. */
  readonly parameters: number;
}

/** Whether a search is one on text: by its space or, resumed, by that of its run. */
export async function isTextSearch(
  space: unknown,
  { out, resume }: { readonly out?: string | undefined; readonly resume?: boolean | undefined },
): Promise<boolean> {
  if (space !== undefined) return space === dartsRnn.name;
  if (resume !== true || out === undefined || (await folderContent(out)) !== 'run') return false;
  return isTextConfig((await RunFolder.open(out)).config);
}

/** As `resolveConfig`, of a search on text. */
export function resolveTextConfig(
  input: Partial<TextSearchConfigInput>,
  source: string | PlaceOf = 'configuration',
): TextSearchConfig {
  const placeOf: PlaceOf =
    typeof source === 'string' ? (path) => `${source}: ${path.join('.') || 'whole'}` : source;
  if (input.data === undefined) {
    const remedy = `give ${textForm}: a file, or a folder with one file called train and one called valid`;
    throw new MixopError('config', 'data', `is missing: ${dartsRnn.name} learns from text`, remedy);
  }
  const result = textSearchSchema.safeParse(input);
  if (!result.success) throw configError(result.error.issues[0]!, input, placeOf, textSearchSchema);
  requireLearning(result.data, placeOf);
  return result.data;
}

/** Does all that comes before an executor and a run folder, and writes nothing. Throws a `MixopError`. */
export async function prepareTextSearch(options: TextSearchOptions): Promise<PreparedTextSearch> {
  const config = await configOf(options);
  const text = await openText(config.data, config.tokens, config.trainFraction);
  const windows = searchWindows(text, config);
  const textPlan = buildTextPlan(config, text.vocabulary.length);
  return { config, text, windows, textPlan, parameters: textPlan.problem.parameters.count() };
}

async function configOf({ config = {}, out, resume }: TextSearchOptions): Promise<TextSearchConfig> {
  if (out === undefined) return resolveTextConfig(config);
  const content = await folderContent(out);
  if (resume === true && content === 'run')
    return resolveTextConfig(await resumedConfig(out, config, ['dataFingerprint']), join(out, configFile));
  if (resume !== true) refuseContent(out, content);
  return resolveTextConfig(config);
}

/** Searches, and gives the derived cell. Throws a `MixopError` for whatever a user can mend. */
export async function searchText(options: TextSearchOptions): Promise<TextSearchResult> {
  const { config, text, windows, textPlan, parameters } = await prepareTextSearch(options);
  return searchInFolder<TextSearchConfig>(
    {
      space: dartsRnn,
      plan: textPlan.plan,
      stored: { ...config, dataFingerprint: textFingerprint(text) },
      keep: config.checkpoints.keep,
      run(executor, journal) {
        const session = new TextSearchSession(executor, textPlan, windows, config);
        const facts = {
          data: text.name,
          executor: executor.name,
          parameters,
          examples: text.kind,
          trainExamples: text.train.length,
          validationExamples: text.validation.length,
        };
        return followSearch({ space: dartsRnn, config, session, facts }, options, journal);
      },
    },
    options,
  );
}
