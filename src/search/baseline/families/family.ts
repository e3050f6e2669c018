// A space together with the networks of its architectures: what short trainings score.

import type { SearchSpace } from '../../../discrete-baselines/architecture.ts';
import type { NetworkFamily } from '../../../networks/short-training.ts';

export interface Family extends NetworkFamily {
  readonly search: SearchSpace;
}

/** What a space may depend on: the images and what was said of sizes. */
export interface FamilyOptions {
  /** Height and width of the images that the networks see. */
  readonly image: number;
  readonly channels: number | undefined;
}
