import { describe, expect, it } from 'vitest';
import { philox, Random } from '../../src/base/random.ts';

describe('philox4x32-10', () => {
  // Known answers of the Random123 distribution (kat_vectors).
  it.each([
    { counter: [0, 0, 0, 0], key: [0, 0], answer: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      answer: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      answer: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)('answers $counter', ({ counter, key, answer }) => {
    expect(philox([...counter], [...key])).toEqual(answer);
  });
});

describe('Random', () => {
  it('continues from a restored state at every phase of a block', () => {
    for (let drawn = 0; drawn < 9; drawn++) {
      const random = Random.fromSeed(7);
      for (let i = 0; i < drawn; i++) random.uint32();
      const copy = Random.restore(JSON.parse(JSON.stringify(random.state())));
      expect([copy.uint32(), copy.uint32()]).toEqual([random.uint32(), random.uint32()]);
    }
  });

  it('splits without disturbing the parent, differently by label and index', () => {
    const parent = Random.fromSeed(1);
    const first = parent.split('data').uint32();
    parent.uint32();
    expect(parent.split('data').uint32()).toBe(first);
    expect(parent.split('data', 1).uint32()).not.toBe(first);
    expect(parent.split('weights').uint32()).not.toBe(first);
  });

  it('draws uniform and normal numbers with the right moments', () => {
    const random = Random.fromSeed(3);
    const count = 20_000;
    const uniform = Array.from({ length: count }, () => random.uniform());
    const normal = Array.from({ length: count }, () => random.normal());
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / count;
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(mean(normal))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });

  it('permutes: every index once', () => {
    const order = Random.fromSeed(5).permutation(1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('refuses a negative seed', () => {
    expect(() => Random.fromSeed(-1)).toThrow(RangeError);
  });
});
