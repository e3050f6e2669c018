// All of a search that comes before an executor and a run folder: the split of the images, and the plan.

import { defaultAugmentation } from '../data/augment.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ImageSpace } from '../supernet/space.ts';
import type { ResolvedConfig, SearchConfig } from './config.ts';
import { buildSearchPlan, type SearchPlan } from './search-plan.ts';
import { searchBatches, searchData, type SearchData } from './session.ts';

/** A search that is ready to start. */
export interface PreparedSearch {
  readonly space: ImageSpace;
  readonly config: ResolvedConfig;
  /** The training images and their split. */
  readonly data: SearchData;
  readonly searchPlan: SearchPlan;
  /** Weights of the supernet. */
  readonly parameters: number;
  readonly stepsPerEpoch: number;
}

/** Throws a `MixopError` where a split of the images is smaller than a batch. */
export function prepareOn(dataset: Dataset, space: ImageSpace, config: SearchConfig): PreparedSearch {
  const resolved = { ...config, augment: config.augment ?? defaultAugmentation(dataset) };
  const data = searchData(dataset, resolved);
  const { stepsPerEpoch } = searchBatches(data, resolved).train;
  const evaluated = data.validation.length;
  const { classes } = dataset;
  const searchPlan = buildSearchPlan({ space, config: resolved, image: dataset, classes, evaluated });
  const parameters = searchPlan.problem.parameters.count();
  return { space, config: resolved, data, searchPlan, parameters, stepsPerEpoch };
}
