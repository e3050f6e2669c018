// Ends a script with one line that says what is wrong and what to do.

/** Thrown to end the script with `code`, after printing `line` (nothing where the program that failed has said it). */
export class Stop extends Error {
  constructor(code, line = '') {
    super(line);
    this.name = 'Stop';
    this.code = code;
  }
}
