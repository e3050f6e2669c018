// Text as a row of numbers, and its batches: pieces that lie side by side, gone through window by window, so that a
// hidden state can be carried on. Knows no files.

import { MixopError } from '../base/errors.ts';

export const tokenKinds = ['words', 'characters'] as const;
export type TokenKind = (typeof tokenKinds)[number];

export interface Text {
  readonly name: string;
  readonly kind: TokenKind;
  /** Different words or characters, in the order in which they first appear, the training part first. */
  readonly vocabulary: readonly string[];
  /** Places in the vocabulary. */
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/** The windows of a text: `length` tokens of each of `batch` pieces, and the one after. */
export class TextWindows {
  readonly count: number;
  private readonly tokens: Uint32Array;
  private readonly batch: number;
  private readonly length: number;
  private readonly piece: number;

  /** Throws a `MixopError` where the text is too short for one window. `what`: the tokens in errors, as `training words`. */
  constructor(tokens: Uint32Array, batch: number, length: number, what: string) {
    this.tokens = tokens;
    this.batch = batch;
    this.length = length;
    this.piece = Math.floor(tokens.length / batch);
    this.count = Math.max(0, Math.floor((this.piece - 1) / length));
    if (this.count > 0) return;
    const problem = `is ${batch}, too many for ${tokens.length} ${what}`;
    const remedy = `it needs ${batch * (length + 1)}: lower batch or length`;
    throw new MixopError('config', 'batch', problem, remedy);
  }

  /** By time step, one more than `length`: the token of each piece. */
  window(index: number): readonly Float32Array[] {
    return Array.from({ length: this.length + 1 }, (_, t) =>
      Float32Array.from(
        { length: this.batch },
        (_, n) => this.tokens[n * this.piece + index * this.length + t]!,
      ),
    );
  }
}
