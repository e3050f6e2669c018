// An option whose value is one of a list, with an error that names the flag and the nearest value.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';

/** `what`: what the text should be, as in `an executor`. */
export function oneOf<T extends string>(
  flag: string,
  text: string,
  known: readonly T[],
  what = 'a valid value',
): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  const [near] = nearNames(text, known);
  const hint = near === undefined ? '' : `did you mean "${near}"? `;
  throw new MixopError('usage', flag, `"${text}" is not ${what}`, `${hint}known: ${known.join(', ')}`);
}
