// What a search tells while it runs. Progress bars, logs and pages are made of these.

import type { RunEvent, RunStart } from '../engine/run.ts';
import type { EpochSummary, Position, SearchTypes } from '../bilevel/search-loop.ts';
import type { TokenKind } from '../data/text.ts';
import type { Genotype, SkipCount } from '../supernet/genotype/genotype.ts';

export interface EpochRecord extends EpochSummary {
  /** Mean entropy of softmax(alpha) in nats, by cell kind. */
  readonly entropy: Readonly<Record<string, number>>;
  /** Skip connections of the cells that would be derived now; none in a space without them. */
  readonly skips: readonly SkipCount[];
}

export interface SearchStart extends RunStart<Position> {
  readonly space: string;
  /** What is counted: images, or of a text words or characters. */
  readonly examples: 'images' | TokenKind;
  readonly trainExamples: number;
  readonly validationExamples: number;
}

export interface SearchRunTypes extends SearchTypes {
  readonly record: EpochRecord;
}

export type SearchProgress =
  | SearchStart
  | RunEvent<SearchRunTypes>
  | {
      readonly kind: 'epoch';
      readonly position: Position;
      readonly record: EpochRecord;
      readonly genotype: Genotype;
    };
