// Progress events of a training.

import type { RetrainEpoch, RetrainPosition, TrainStep } from '../retrain/retrain-loop.ts';

export interface RetrainStart {
  readonly kind: 'start';
  /** The source of the genotype: a published name, a run or a file. */
  readonly genotype: string;
  readonly data: string;
  readonly executor: string;
  readonly seed: number;
  readonly parameters: number;
  readonly trainImages: number;
  readonly heldOutImages: number;
  readonly batch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The run folder; absent where nothing is saved. */
  readonly out?: string;
  /** The checkpoint from which it is resumed. */
  readonly resumedFrom?: string;
  readonly position: RetrainPosition;
}

export type RetrainProgress =
  | RetrainStart
  /** A problem that does not stop the run. */
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'steps'; readonly position: RetrainPosition; readonly results: readonly TrainStep[] }
  | { readonly kind: 'epoch'; readonly position: RetrainPosition; readonly record: RetrainEpoch }
  | { readonly kind: 'saved'; readonly file: string };
