// What a search tells while it runs. Progress bars, logs and pages are made of these.

import type { EpochSummary, Position } from '../bilevel/search-loop.ts';
import type { StepResult } from '../bilevel/step.ts';
import type { TokenKind } from '../data/text.ts';
import type { Genotype, SkipCount } from '../supernet/genotype/genotype.ts';

export interface EpochRecord extends EpochSummary {
  /** Mean entropy of softmax(alpha) in nats, by cell kind. */
  readonly entropy: Readonly<Record<string, number>>;
  /** Skip connections of the cells that would be derived now; none in a space without them. */
  readonly skips: readonly SkipCount[];
}

export interface SearchStart {
  readonly kind: 'start';
  readonly space: string;
  readonly data: string;
  readonly executor: string;
  readonly parameters: number;
  /** What is counted: images, or of a text words or characters. */
  readonly examples: 'images' | TokenKind;
  readonly trainExamples: number;
  readonly validationExamples: number;
  /** Examples a step, of each split. */
  readonly batch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The run folder; absent where nothing is saved. */
  readonly out?: string;
  /** The checkpoint that it goes on from. */
  readonly resumedFrom?: string;
  readonly position: Position;
}

export type SearchProgress =
  | SearchStart
  /** Something that a person should know and that does not stop the run. */
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'steps'; readonly position: Position; readonly results: readonly StepResult[] }
  | {
      readonly kind: 'epoch';
      readonly position: Position;
      readonly record: EpochRecord;
      readonly genotype: Genotype;
    }
  | { readonly kind: 'saved'; readonly file: string };
