// A family in which the sizes of networks are searched with their cells.

import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { type SearchedSize, sizedSpace } from '../../discrete-baselines/spaces/sized-space.ts';
import type { ImageSize } from '../../supernet/problem/inputs.ts';
import type { NetworkSize } from '../../supernet/skeleton.ts';
import type { Family } from './family.ts';

/** The values to choose from, by size. */
type SearchedSizes = { readonly [name in keyof NetworkSize]?: readonly number[] | undefined };

/** Throws a `MixopError` for sizes that the family's networks do not have; `place`: of the sizes. */
export function sizedFamily(family: Family, searched: SearchedSizes, place: string): Family {
  const sizes = Object.entries(searched).flatMap(([name, values]): readonly SearchedSize[] =>
    values === undefined ? [] : [{ name, values }],
  );
  if (sizes.length === 0) return family;
  for (const { name } of sizes) {
    if (family.sizes.some((known) => known === name)) continue;
    const known = family.sizes.length === 0 ? 'none' : family.sizes.join(', ');
    const problem = `the ${name} of networks of ${family.search.name} cannot be searched`;
    throw new MixopError('config', `${place} ${name}`, problem, `sizes that can be: ${known}`);
  }
  const search = sizedSpace(family.search, sizes);
  return {
    ...family,
    search,
    network(architecture, size, image, classes) {
      const { sizes: own, inner } = search.parts(architecture);
      return family.network(inner, { ...size, ...own }, image, classes);
    },
    ...(family.rate !== undefined && {
      rate: (architecture) => family.rate!(search.parts(architecture).inner),
    }),
  };
}

/** Throws a `MixopError` unless every combination of searched sizes suits the images; `size`: the sizes that are given. */
export function checkSizes(
  family: Family,
  { cells, channels }: SearchedSizes,
  {
    size,
    image,
    classes,
  }: { readonly size: NetworkSize; readonly image: ImageSize; readonly classes: number },
): void {
  if (cells === undefined && channels === undefined) return;
  const inner = family.search.sample(Random.fromSeed(0));
  for (const count of cells ?? [size.cells])
    for (const width of channels ?? [size.channels])
      family.network(inner, { cells: count, channels: width }, image, classes);
}
