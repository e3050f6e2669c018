// One line of a verification.

export interface VerifyResult {
  /** What it belongs to: a fixture's folder, a file, or a part of the suite. */
  readonly group: string;
  readonly quantity: string;
  /** Relative error; of things that are equal or not, the share that differs. */
  readonly error: number;
  /** What the error may be; absent where it is reported and not judged. */
  readonly bound?: number;
  /** What differs, for a person. */
  readonly details?: readonly string[];
}

/** Not a number is over every bound. */
export function passed({ error, bound }: VerifyResult): boolean {
  return bound === undefined || error <= bound;
}
