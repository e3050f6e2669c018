// Progress events of a training.

import type { RunEvent, RunStart } from '../engine/run.ts';
import type { RetrainEpoch, RetrainPosition, RetrainTypes } from '../retrain/retrain-loop.ts';

export interface RetrainStart extends RunStart<RetrainPosition> {
  /** The published name, the run or the file that the genotype came from. */
  readonly genotype: string;
  readonly seed: number;
  readonly trainImages: number;
  readonly heldOutImages: number;
}

export interface RetrainRunTypes extends RetrainTypes {
  readonly record: RetrainEpoch;
}

export type RetrainProgress =
  | RetrainStart
  | RunEvent<RetrainRunTypes>
  | { readonly kind: 'epoch'; readonly position: RetrainPosition; readonly record: RetrainEpoch };
