// The spaces by name.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import type { Space, ImageSpace } from '../space.ts';
import { dartsRnn } from './darts-rnn.ts';
import { dartsCnn } from './darts-cnn.ts';
import { pcDarts } from './pc-darts.ts';
import { nasbench201 } from './nasbench201.ts';
import { nasnet } from './nasnet.ts';
import { pnas } from './pnas.ts';

/** Spaces of networks on images: those that `space` of a configuration may name. */
export const imageSpaces: Readonly<Record<string, ImageSpace>> = {
  [dartsCnn.name]: dartsCnn,
  [nasbench201.name]: nasbench201,
  [pcDarts.name]: pcDarts,
};

/** The spaces that a genotype may be of: those of supernets, that of published cells of 5 nodes, and that of PNAS. */
export const genotypeSpaces: Readonly<Record<string, ImageSpace>> = {
  ...imageSpaces,
  [nasnet.name]: nasnet,
  [pnas.name]: pnas,
};

/** The image spaces and the recurrent one, whose networks are on text: what alphas and genotypes may be of. */
export const spaces: Readonly<Record<string, Space>> = { ...imageSpaces, [dartsRnn.name]: dartsRnn };

/** A space of networks on images by name; throws a `MixopError` with the nearest name for an unknown one. */
export function imageSpaceNamed(name: string, place = 'space'): ImageSpace {
  const space = Object.hasOwn(imageSpaces, name) ? imageSpaces[name] : undefined;
  if (space !== undefined) return space;
  if (name === dartsRnn.name)
    throw new MixopError(
      'config',
      place,
      `"${name}" is of recurrent cells on text`,
      'this works on images: `mixop search` and `mixop derive` take it',
    );
  throw unknownSpace(name, Object.keys(spaces), place);
}

/** As `imageSpaceNamed`, for spaces of any data. */
export function spaceNamed(name: string): Space {
  const space = Object.hasOwn(spaces, name) ? spaces[name] : undefined;
  if (space !== undefined) return space;
  throw unknownSpace(name, Object.keys(spaces));
}

/** The error for an unknown space, with the nearest name. */
export function unknownSpace(name: string, known: readonly string[], place = 'space'): MixopError {
  const [near] = nearNames(name, known);
  const hint = near === undefined ? '' : `did you mean "${near}"? `;
  return new MixopError(
    'config',
    place,
    `"${name}" is not a known space`,
    `${hint}known: ${known.join(', ')}`,
  );
}
