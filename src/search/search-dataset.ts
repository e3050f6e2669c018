// A search of images that are in memory already, with nothing saved: what runs in a page as well as in Node.

import type { Dataset } from '../data/dataset.ts';
import { allocate, type ExecutorOptions } from '../engine/executors.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';
import type { SearchConfigInput } from './config.ts';
import { prepareImages } from './images/plan.ts';
import { imageSearch } from './images/session.ts';
import { overlay, resolveConfig } from './resolve.ts';
import { type RunOptions, runSearch, type SearchOutcome } from './run.ts';

export interface DatasetSearchOptions extends ExecutorOptions, RunOptions {
  readonly dataset: Dataset;
  /** Whatever is left out has the published search's value. */
  readonly config?: Omit<SearchConfigInput, 'data'>;
  /** A space of one's own, instead of `config.space`. */
  readonly space?: ImageSpace;
}

/** Searches; returns the derived cells. Throws a `MixopError` for whatever a user can mend. */
export async function searchDataset(options: DatasetSearchOptions): Promise<SearchOutcome> {
  const { dataset, space: own } = options;
  const given = { ...options.config, data: dataset.name, ...(own && { space: own.name }) };
  const config = resolveConfig(overlay(own?.defaults ?? {}, given));
  const prepared = prepareImages(dataset, own ?? imageSpaceNamed(config.space), config);
  const executor = await allocate('search', prepared.searchPlan.plan, options);
  try {
    return (await runSearch(imageSearch(prepared, executor), options)).outcome;
  } finally {
    await executor.close();
  }
}
