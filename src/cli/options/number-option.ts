// Numbers on the command line, with errors that name the flag.

import { MixopError } from '../../base/errors.ts';

/** A parser of whole numbers that are at least `min`. */
export function wholeNumber(flag: string, min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min) return value;
    const problem = `"${text}" is not a whole number of at least ${min}`;
    throw new MixopError('usage', flag, problem, `write, for example, ${flag} ${Math.max(8, min)}`);
  };
}

/** A parser of numbers between 0 and 1, both excluded. */
export function share(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value > 0 && value < 1) return value;
    throw new MixopError(
      'usage',
      flag,
      `"${text}" is not a number between 0 and 1`,
      `write, for example, ${flag} 0.05`,
    );
  };
}
