// Many normal numbers: xoshiro128+ (Blackman and Vigna 2021) seeded from a counter-based stream, ten times as fast as
// that stream. A chain that adds noise to every weight at every step draws a hundred million of them.

import type { Random } from '../../base/random.ts';

/** Standard normal numbers; equal streams give equal numbers. The polar method, both of the pair. */
export function fastNormal(random: Random): () => number {
  let [a, b, c, d] = [random.uint32() | 1, random.uint32(), random.uint32(), random.uint32()];
  /** [0, 1) in steps of 2^-32. */
  const uniform = (): number => {
    const result = (a + d) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result / 2 ** 32;
  };
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      spare = v * scale;
      return u * scale;
    }
  };
}
