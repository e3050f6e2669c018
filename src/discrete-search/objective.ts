// What a search's results trade the score for: a number that stands beside every score, the smaller the better. No
// strategy sees it.

import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';

/** Short names, and what tables and evaluators call them. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  params: ['params_M', 'params', 'parameters'],
  flops: ['flops_M', 'flops', 'multiplyAdds'],
};

/** known: what stands beside the scores. Throws a `MixopError` with the near names for an unknown one. */
export function objectiveNamed(name: string, known: readonly string[], place: string): string {
  const among = (names: readonly string[]): string | undefined => names.find((one) => known.includes(one));
  const found = among([name]) ?? (Object.hasOwn(shortNames, name) ? among(shortNames[name]!) : undefined);
  if (found !== undefined) return found;
  const short = Object.keys(shortNames).filter((one) => among(shortNames[one]!) !== undefined);
  const near = nearNames(name, [...short, ...known]);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  const remedy = `${hint}known: ${[...new Set([...short, ...known])].join(', ')}`;
  throw new MixopError('config', place, `nothing of the name "${name}" stands beside the scores`, remedy);
}
