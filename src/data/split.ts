// Training and validation images, chosen by seed.

import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';

/** Indices into the data set; ascending, disjoint, together all of it. */
interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/** The first floor(trainFraction * count) images of a permutation that the seed fixes train; DARTS has 0.5. */
export function splitIndices(count: number, trainFraction: number, seed: number): Split {
  const size = Math.floor(trainFraction * count);
  if (!(size >= 1 && size < count)) {
    throw new MixopError(
      'config',
      'train fraction',
      `${trainFraction} of ${count} images leaves no ${size >= 1 ? 'validation' : 'training'} image`,
      'use a fraction between 0 and 1, such as 0.5',
    );
  }
  const order = Random.fromSeed(seed).split('split').permutation(count);
  return { train: order.slice(0, size).sort(), validation: order.slice(size).sort() };
}
