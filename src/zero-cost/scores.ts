// The zero-cost scores by name.

import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';
import { gradientNorm } from './gradient-norm.ts';
import { jacobianCovariance } from './jacobian-covariance.ts';
import { naswot } from './naswot.ts';
import type { ZeroCostScore } from './score.ts';
import { snip } from './snip.ts';
import { synflow } from './synflow.ts';

const all: readonly ZeroCostScore[] = [naswot, jacobianCovariance, synflow, snip, gradientNorm];

export const zeroCostScores: Readonly<Record<string, ZeroCostScore>> = Object.fromEntries(
  all.map((score) => [score.name, score]),
);

/** A score by name; throws a `MixopError` with the near names for an unknown one. */
export function zeroCostNamed(name: string, place = 'score'): ZeroCostScore {
  const found = Object.hasOwn(zeroCostScores, name) ? zeroCostScores[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(zeroCostScores);
  const near = nearNames(name, known);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  throw new MixopError('config', place, `"${name}" is not known`, `${hint}known: ${known.join(', ')}`);
}
