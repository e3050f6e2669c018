// A space together with sizes of the network, the number and the width of its cells, as decisions that come first: the
// macro structure is searched with the cells.

import type { Random } from '../../base/random.ts';
import type { Architecture, Decision, DecisionSpace } from '../architecture.ts';
import { pick } from '../decisions.ts';
import { joined } from './path-indicators.ts';

export interface SearchedSize {
  /** `cells`, `channels`. */
  readonly name: string;
  /** What can be chosen, each once. */
  readonly values: readonly number[];
}

interface SizedSpace extends DecisionSpace {
  /** What an architecture decides: the value of every size, and the architecture of the space without sizes. */
  parts(architecture: Architecture): {
    readonly sizes: Readonly<Record<string, number>>;
    readonly inner: Architecture;
  };
}

export function sizedSpace(space: DecisionSpace, sizes: readonly SearchedSize[]): SizedSpace {
  const count = sizes.length;
  const decisions = sizes.map(({ name, values }): Decision => ({
    kind: name,
    size: values.length,
    allowed: [...values.keys()],
  }));
  const split = (architecture: Architecture): readonly [Architecture, Architecture] => [
    architecture.slice(0, count),
    architecture.slice(count),
  ];
  const sizesText = (chosen: Architecture): string =>
    chosen.map((option, i) => `${sizes[i]!.name}=${sizes[i]!.values[option]}`).join(' ');
  const withSizes =
    (name: (inner: Architecture) => string) =>
    (architecture: Architecture): string => {
      const [chosen, inner] = split(architecture);
      return `${sizesText(chosen)} ${name(inner)}`;
    };
  /** Every other value of a size. */
  const changesAt = (architecture: Architecture, at: number): readonly Architecture[] =>
    decisions[at]!.allowed.filter((option) => option !== architecture[at]).map((option) =>
      architecture.with(at, option),
    );
  const { start, size } = space;
  return {
    name: space.name,
    size: size && sizes.reduce((product, { values }) => product * BigInt(values.length), size),
    ...(start && { start: [...sizes.map(() => 0), ...start] }),
    next: (prefix) => decisions[prefix.length] ?? space.next(prefix.slice(count)),
    ...(space.state !== undefined && {
      state(prefix) {
        const [chosen, inner] = split(prefix);
        return `${sizesText(chosen)} ${prefix.length < count ? '' : space.state!(inner)}`;
      },
    }),
    sample: (random) => [...decisions.map(({ allowed }) => pick(allowed, random)), ...space.sample(random)],
    /** A size as often as one of the other decisions. */
    mutate(architecture, random: Random) {
      const at = random.below(architecture.length);
      if (at < count) return pick(changesAt(architecture, at), random);
      const [chosen, inner] = split(architecture);
      return [...chosen, ...space.mutate(inner, random)];
    },
    crossover(a, b, random) {
      const chosen = decisions.map((_, i) => (random.below(2) === 0 ? a : b)[i]!);
      return [...chosen, ...space.crossover(a.slice(count), b.slice(count), random)];
    },
    neighbours(architecture) {
      const [chosen, inner] = split(architecture);
      const others = space.neighbours(inner).map((other) => [...chosen, ...other]);
      return [...decisions.flatMap((_, at) => changesAt(architecture, at)), ...others];
    },
    key: withSizes((inner) => space.key(inner)),
    text: withSizes((inner) => space.text(inner)),
    genotype: (architecture) =>
      space.genotype?.(architecture.slice(count)) ?? space.text(architecture.slice(count)),
    encode(architecture, encoding) {
      const [chosen, inner] = split(architecture);
      const ones = chosen.map((option, i) =>
        Float64Array.from(decisions[i]!.allowed, (one) => Number(one === option)),
      );
      return joined([...ones, space.encode(inner, encoding)]);
    },
    parts(architecture) {
      const [chosen, inner] = split(architecture);
      const named = chosen.map((option, i) => [sizes[i]!.name, sizes[i]!.values[option]!] as const);
      return { sizes: Object.fromEntries(named), inner };
    },
  };
}
