// Numbers on the command line, with errors that name the flag.

import { MixopError } from '../../base/errors.ts';

/** A parser of whole numbers from `least`. */
export function wholeNumber(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least) return value;
    const problem = `"${text}" is not a whole number from ${least}`;
    throw new MixopError('usage', flag, problem, `write ${flag} ${Math.max(8, least)}, for example`);
  };
}

/** A parser of numbers between 0 and 1, both apart. */
export function share(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value > 0 && value < 1) return value;
    throw new MixopError(
      'usage',
      flag,
      `"${text}" is not between 0 and 1`,
      `write ${flag} 0.05, for example`,
    );
  };
}
