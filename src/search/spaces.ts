// The search spaces that can be named.

import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';
import type { Space } from '../supernet/space.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { pcDarts } from '../supernet/spaces/pc-darts.ts';
import { nasbench201 } from '../supernet/spaces/nasbench201.ts';

/** The spaces that `space` of a configuration may name. */
export const spaces: Readonly<Record<string, Space>> = {
  [dartsCnn.name]: dartsCnn,
  [nasbench201.name]: nasbench201,
  [pcDarts.name]: pcDarts,
};

/** A space by name; throws a `MixopError` with the nearest name for an unknown one. */
export function spaceNamed(name: string): Space {
  const space = Object.hasOwn(spaces, name) ? spaces[name] : undefined;
  if (space !== undefined) return space;
  const known = Object.keys(spaces);
  const [near] = nearNames(name, known);
  const hint = near === undefined ? '' : `did you mean "${near}"? `;
  throw new MixopError(
    'config',
    'space',
    `"${name}" is not a known space`,
    `${hint}known: ${known.join(', ')}`,
  );
}
