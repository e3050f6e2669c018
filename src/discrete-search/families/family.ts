// A space together with the networks of its architectures: what short trainings score.

import type { DecisionSpace } from '../../discrete-baselines/architecture.ts';
import type { NetworkSize } from '../../supernet/skeleton.ts';
import type { NetworkFamily } from '../../networks/short-training.ts';

export interface Family extends NetworkFamily {
  readonly search: DecisionSpace;
  /** The sizes that its networks have in addition to what the space decides. */
  readonly sizes: readonly (keyof NetworkSize)[];
}

/** What a space may depend on: the images, and the channels if given. */
export interface FamilyOptions {
  /** Height and width of the images that the networks see. */
  readonly image: number;
  readonly channels: number | undefined;
}
