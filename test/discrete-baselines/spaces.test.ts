// Spaces as decisions: counting, keys of isomorphic cells, neighbours, encodings, genotypes.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { type Architecture, isArchitecture } from '../../src/discrete-baselines/architecture.ts';
import { chainSpace, nasbenchMacro } from '../../src/discrete-baselines/spaces/chain-space.ts';
import type { ChosenEdge } from '../../src/discrete-baselines/spaces/cell-description.ts';
import { architectureOf, genotypeOf, decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';

const darts = decisionSpaceOf(dartsCnn);
const bench = decisionSpaceOf(nasbench201);
const macro = chainSpace(nasbenchMacro);
const spaces = [darts, bench, macro];

const digits = (text: string): Architecture => Array.from(text, Number);
const [none, skip, conv1, conv3, pool] = [0, 1, 2, 3, 4];

/** All 15,625 architectures. */
function everyBench(): Architecture[] {
  return Array.from({ length: 5 ** 6 }, (_, i) => digits(i.toString(5).padStart(6, '0')));
}

/** The cell with its nodes in another order, or undefined where an edge would point back. */
function renamed(edges: readonly ChosenEdge[], order: readonly number[]): ChosenEdge[] | undefined {
  const moved = edges.map(({ from, node, operation }) => ({
    from: from < 2 ? from : 2 + order[from - 2]!,
    node: order[node]!,
    operation,
  }));
  if (moved.some(({ from, node }) => from >= 2 + node)) return undefined;
  return moved.sort((a, b) => a.node - b.node || a.from - b.from);
}

function everyOrder(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => everyOrder(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

function ones(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0);
}

describe('counting', () => {
  it.each([
    { space: bench, size: 15_625n },
    { space: macro, size: 6_561n },
    { space: darts, size: (180n * 7n ** 8n) ** 2n },
  ])('$space.name has $size architectures', ({ space, size }) => {
    expect(space.size).toBe(size);
  });
});

describe.each(spaces)('$name', (space) => {
  it('samples, mutates and crosses into itself; a mutation is a neighbour', () => {
    const random = Random.fromSeed(1);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [space.sample(random), space.sample(random)];
      const child = space.mutate(a, random);
      const crossed = space.crossover(a, b, random);
      for (const one of [a, child, crossed]) expect(isArchitecture(space, one)).toBe(true);
      expect(child.filter((option, at) => option !== a[at])).toHaveLength(1);
    }
  });

  it('lists neighbours once each and without the architecture itself', () => {
    const from = space.sample(Random.fromSeed(2));
    const keys = [from, ...space.neighbours(from)].map((one) => space.key(one));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(10);
  });

  it('refuses numbers that are no architecture', () => {
    const from = space.sample(Random.fromSeed(3));
    expect(isArchitecture(space, from.slice(1))).toBe(false);
    expect(isArchitecture(space, [...from, 0])).toBe(false);
    expect(isArchitecture(space, from.with(0, 99))).toBe(false);
  });
});

it('NAS-Bench-Macro has 3,969 networks, as published: an identity is nothing wherever it keeps the shape', () => {
  const every = Array.from({ length: 3 ** 8 }, (_, i) => digits(i.toString(3).padStart(8, '0')));
  expect(new Set(every.map((one) => macro.key(one))).size).toBe(3969);
  expect(macro.key(digits('01020110'))).toBe(macro.key(digits('01002101')));
  expect(macro.key(digits('01020110'))).not.toBe(macro.key(digits('10020110')));
});

it('samples every NAS-Bench-Macro chain about equally often', () => {
  const random = Random.fromSeed(4);
  const ones = Array.from({ length: 3000 }, () => macro.sample(random))
    .flat()
    .filter((choice) => choice === 1);
  const [mean, deviation] = [8000, Math.sqrt(24_000 * (2 / 9))];
  expect(Math.abs(ones.length - mean)).toBeLessThan(4 * deviation);
});

it('crosses every decision from one of the parents', () => {
  const [a, b] = [digits('000000'), digits('333333')];
  const seen = new Set<string>();
  const random = Random.fromSeed(5);
  for (let i = 0; i < 1000; i++) seen.add(bench.crossover(a, b, random).join(''));
  expect(seen.size).toBe(64);
});

describe('keys of NAS-Bench-201', () => {
  // Edges in the order 0-1, 0-2, 1-2, 0-3, 1-3, 2-3.
  it.each([
    ['what leads to no output', [conv3, conv1, none, pool, none, none], [none, none, none, pool, none, none]],
    ['the names of nodes', [conv3, conv1, none, pool, skip, conv3], [conv1, conv3, none, pool, conv3, skip]],
    [
      'an identity in between',
      [conv3, none, skip, none, none, conv1],
      [conv3, none, none, none, conv1, none],
    ],
    [
      'an operation on nothing',
      [none, none, none, conv3, conv1, none],
      [none, none, none, conv3, none, none],
    ],
  ])('do not depend on %s', (_, a, b) => {
    expect(bench.key(a)).toBe(bench.key(b));
  });

  it('tell one shared convolution used twice from two of the kind', () => {
    const twice = [conv3, none, skip, none, skip, skip];
    const two = [conv3, conv3, none, none, skip, skip];
    expect(bench.key(twice)).not.toBe(bench.key(two));
  });

  it('name the 15,625 cells in 5,425 classes', () => {
    // The published text has 6,466, since it keeps a zero within a sum; unfolding every cell into a tree gives 4,930,
    // since it cannot tell one convolution used twice from two.
    expect(new Set(everyBench().map((one) => bench.key(one))).size).toBe(5425);
  });
});

describe('keys of DARTS cells', () => {
  const seeds = fc.integer({ min: 0, max: 1e6 });
  const orders = fc.constantFrom(...everyOrder([0, 1, 2, 3]));

  it('are equal for any order of nodes', () => {
    let tried = 0;
    fc.assert(
      fc.property(seeds, orders, (seed, order) => {
        const architecture = darts.sample(Random.fromSeed(seed));
        const [normal, reduce] = darts.edges(architecture);
        const other = renamed(normal!, order);
        if (other === undefined) return;
        tried += order.every((to, from) => to === from) ? 0 : 1;
        expect(darts.key(darts.fromEdges([other, reduce!]))).toBe(darts.key(architecture));
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(tried).toBeGreaterThan(20);
  });

  it('differ after nearly every mutation', () => {
    const random = Random.fromSeed(6);
    const different = Array.from({ length: 300 }, () => darts.sample(random)).filter(
      (one) => darts.key(darts.mutate(one, random)) !== darts.key(one),
    );
    expect(different.length).toBeGreaterThan(290);
  });

  it('keep a skip that reduces apart from an identity', () => {
    const [normal, reduce] = darts.edges(darts.sample(Random.fromSeed(7)));
    const skips = (edges: readonly ChosenEdge[]): ChosenEdge[] =>
      edges.map((edge) => ({ ...edge, operation: darts.description.operations.indexOf('skip_connect') }));
    const key = darts.key(darts.fromEdges([skips(normal!), skips(reduce!)]));
    const [normalKey, reduceKey] = key.split(' ');
    expect(normalKey).toMatch(/^>/);
    expect(reduceKey).not.toMatch(/^>/);
  });
});

describe('encodings', () => {
  it('one-hot has a 1 for every decision', () => {
    const random = Random.fromSeed(8);
    expect(ones(bench.encode(bench.sample(random), 'oneHot'))).toBe(6);
    // 14 edges a cell, each with an operation or absent.
    expect(ones(darts.encode(darts.sample(random), 'oneHot'))).toBe(28);
    expect(ones(macro.encode(macro.sample(random), 'oneHot'))).toBe(8);
  });

  it('adjacency leaves out what lies on no path', () => {
    // 0-1 leads nowhere; 2-3 starts at nothing.
    const values = bench.encode([conv3, none, none, skip, none, conv1], 'adjacency');
    expect([...values.keys()].filter((i) => values[i] === 1)).toEqual([3 * 5 + skip]);
  });

  it('paths of NAS-Bench-201 are sequences of 1 to 3 operations', () => {
    const values = bench.encode([conv3, none, pool, skip, none, conv1], 'path');
    expect(values).toHaveLength(4 + 16 + 64);
    // Columns without `none`: skip 0, conv1 1, conv3 2, pool 3. Paths: skip, and conv3 pool conv1.
    expect([...values.keys()].filter((i) => values[i] === 1)).toEqual([0, 20 + 2 * 16 + 3 * 4 + 1]);
  });
});

describe('genotypes', () => {
  it.each([dartsCnn, nasbench201])('$name: an architecture survives its text', (space) => {
    const search = decisionSpaceOf(space);
    const random = Random.fromSeed(9);
    for (let i = 0; i < 50; i++) {
      const architecture = search.sample(random);
      const genotype = parseGenotype(search.text(architecture), space);
      expect(genotype).toEqual(genotypeOf(space, search, architecture));
      expect(search.key(architectureOf(search, genotype))).toBe(search.key(architecture));
    }
  });
});
