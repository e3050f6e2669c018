// One line of a verification: a quantity with its error and bound.

export interface CheckedQuantity {
  readonly quantity: string;
  /** Relative L2 error, over all tensors of the quantity; where things are equal or not, the share that differs. */
  readonly error: number;
  /** The largest error that passes; absent where it is reported only. */
  readonly bound?: number;
}

export interface VerifyResult extends CheckedQuantity {
  /** What it belongs to: a fixture's folder, a file, or a part of the suite. */
  readonly group: string;
  /** What differs, for a person. */
  readonly details?: readonly string[];
}

/** NaN is over every bound. */
export function passed({ error, bound }: VerifyResult): boolean {
  return bound === undefined || error <= bound;
}
