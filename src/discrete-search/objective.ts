// The objective: a number that is minimised against the score. No strategy sees it.

import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';

/** Short names for the names that tables and evaluators use. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  params: ['params_M', 'params', 'parameters'],
  flops: ['flops_M', 'flops', 'multiplyAdds'],
};

/** known: the metrics of an evaluation. Throws a `MixopError` with the near names for an unknown one. */
export function objectiveNamed(name: string, known: readonly string[], place: string): string {
  const among = (names: readonly string[]): string | undefined => names.find((one) => known.includes(one));
  const found = among([name]) ?? (Object.hasOwn(shortNames, name) ? among(shortNames[name]!) : undefined);
  if (found !== undefined) return found;
  const short = Object.keys(shortNames).filter((one) => among(shortNames[one]!) !== undefined);
  const near = nearNames(name, [...short, ...known]);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  const remedy = `${hint}known: ${[...new Set([...short, ...known])].join(', ')}`;
  throw new MixopError('config', place, `"${name}" is not a known metric`, remedy);
}
