// A search of images that are in memory already, with nothing saved: what runs in a page as well as in Node.

import type { Dataset } from '../data/dataset.ts';
import type { ImageSpace } from '../supernet/space.ts';
import type { SearchConfigInput } from './config.ts';
import { allocate, type ExecutorOptions } from '../engine/executors.ts';
import { prepareOn } from './prepare.ts';
import { overlay, resolveConfig } from './resolve.ts';
import type { Following, SearchOutcome } from './follow-search.ts';
import { runSearch } from './run-search.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';

export interface DatasetSearchOptions extends ExecutorOptions, Following {
  readonly dataset: Dataset;
  /** Whatever is left out has the published search's value. */
  readonly config?: Omit<SearchConfigInput, 'data'>;
  /** A space of one's own, instead of `config.space`. */
  readonly space?: ImageSpace;
}

/** Searches, and gives the derived cells. Throws a `MixopError` for whatever a user can mend. */
export async function searchDataset(options: DatasetSearchOptions): Promise<SearchOutcome> {
  const { dataset, space: own } = options;
  const given = { ...options.config, data: dataset.name, ...(own && { space: own.name }) };
  const config = resolveConfig(overlay(own?.defaults ?? {}, given));
  const prepared = prepareOn(dataset, own ?? imageSpaceNamed(config.space), config);
  const executor = await allocate('search', prepared.searchPlan.plan, options);
  try {
    return (await runSearch(prepared, executor, options)).outcome;
  } finally {
    await executor.close();
  }
}
