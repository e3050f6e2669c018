// The two kinds of search as the command line sees them: of cells on images, and of a recurrent cell on text.

import type { Following } from '../../search/follow-search.ts';
import { resolveConfig } from '../../search/resolve.ts';
import type { FolderOptions, FolderResult } from '../../search/search-folder.ts';
import { prepareSearch, search } from '../../search/search.ts';
import {
  isTextSearch,
  prepareTextSearch,
  resolveTextConfig,
  searchText,
} from '../../search/text/search-text.ts';
import { type ConfigLayer, merge, placeIn } from '../options/config-layers.ts';
import { whole } from '../terminal/progress-text.ts';
import type { ShownPlan } from './show-plan.ts';

export interface Searchable {
  /** What a folder of its run is called by. */
  readonly names: { readonly space: string; readonly data: string };
  search(options: FolderOptions & Following): Promise<FolderResult<unknown>>;
  plan(options: FolderOptions): Promise<ShownPlan>;
}

/** The search that is configured, or that a run to be resumed is of. Throws a `MixopError` for what is wrong. */
export async function searchable(
  layers: readonly ConfigLayer[],
  run: { readonly out?: string; readonly resume?: boolean },
): Promise<Searchable> {
  const config = merge(layers);
  const isText = await isTextSearch(config['space'], run);
  if (!isText) return onImages(config, resolveConfig(config, placeIn(layers)));
  // What is resumed has the rest of its configuration in its folder.
  if (run.resume === true) return onText(config, { space: '', data: '' });
  return onText(config, resolveTextConfig(config, placeIn(layers)));
}

function onImages(config: Readonly<Record<string, unknown>>, names: Searchable['names']): Searchable {
  return {
    names,
    search: (options) => search({ ...options, config }),
    async plan(options) {
      const prepared = await prepareSearch({ ...options, config });
      const { dataset, train, validation } = prepared.data;
      const { height, width, channels, classes, name } = dataset;
      const images = { height, width, channels, classes, train: train.length, validation: validation.length };
      const data =
        `${whole(train.length)} training and ${whole(validation.length)} validation images of ${name}: ` +
        `${height}x${width}x${channels}, ${classes} classes`;
      return { ...prepared, plan: prepared.searchPlan.plan, data, facts: { images } };
    },
  };
}

function onText(config: Readonly<Record<string, unknown>>, names: Searchable['names']): Searchable {
  return {
    names,
    search: (options) => searchText({ ...options, config }),
    async plan(options) {
      const prepared = await prepareTextSearch({ ...options, config });
      const { kind, vocabulary, name, train, validation } = prepared.text;
      const facts = {
        text: { kind, different: vocabulary.length, train: train.length, validation: validation.length },
      };
      const data =
        `${whole(train.length)} training and ${whole(validation.length)} validation ${kind} of ${name}: ` +
        `${whole(vocabulary.length)} different`;
      const stepsPerEpoch = prepared.windows.train.count;
      return { ...prepared, plan: prepared.textPlan.plan, stepsPerEpoch, data, facts };
    },
  };
}
