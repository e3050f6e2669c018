// The one error type that users see: where it went wrong, what is wrong, and what to do about it.
// Anything else that is thrown is a defect of mixop and keeps its stack trace.

/** What kind of trouble it is; the command line turns each into its own exit code (see `exitCodes`). */
export type ErrorKind = 'usage' | 'config' | 'data' | 'run' | 'numeric' | 'device' | 'check' | 'interrupted';

/** Exit codes of the command line, by kind of error. 0 is success, 1 an unexpected defect. */
export const exitCodes: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  config: 3,
  data: 4,
  run: 5,
  numeric: 6,
  device: 7,
  check: 8,
  interrupted: 130,
};

export class MixopError extends Error {
  readonly kind: ErrorKind;
  /** The file, line, column, key or step that the error is about. */
  readonly place: string;
  readonly problem: string;
  /** What the user can do. */
  readonly remedy: string;

  /** The message reads `place: problem; remedy` on one line. */
  constructor(kind: ErrorKind, place: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${place}: ${problem}; ${remedy}`, options);
    this.name = 'MixopError';
    this.kind = kind;
    this.place = place;
    this.problem = problem;
    this.remedy = remedy;
  }
}
