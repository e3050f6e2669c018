// What a training tells while it runs.

import type { RetrainEpoch, RetrainPosition, TrainStep } from '../retrain/retrain-loop.ts';

export interface RetrainStart {
  readonly kind: 'start';
  /** The published name, the run or the file that the genotype came from. */
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
  /** The checkpoint that it goes on from. */
  readonly resumedFrom?: string;
  readonly position: RetrainPosition;
}

export type RetrainProgress =
  | RetrainStart
  /** Something that a person should know and that does not stop the run. */
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'steps'; readonly position: RetrainPosition; readonly results: readonly TrainStep[] }
  | { readonly kind: 'epoch'; readonly position: RetrainPosition; readonly record: RetrainEpoch }
  | { readonly kind: 'saved'; readonly file: string };
