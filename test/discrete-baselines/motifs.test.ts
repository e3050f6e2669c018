// Hierarchical representations: flattening against recursion, mutation, keys, and the evolution on them.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { type Architecture, isArchitecture } from '../../src/discrete-baselines/architecture.ts';
import { hierarchical, motifSpace, trivialCell } from '../../src/discrete-baselines/spaces/motif-space.ts';
import {
  decodeCell,
  encodeCell,
  type FlatCell,
  flatten,
  type MotifCell,
  type MotifSettings,
} from '../../src/discrete-baselines/spaces/motifs.ts';
import type { Searcher } from '../../src/discrete-baselines/searcher.ts';
import { growingEvolution } from '../../src/discrete-baselines/strategies/growing-evolution.ts';
import { randomSearch } from '../../src/discrete-baselines/strategies/random-search.ts';
import { evaluateCell, type MotifAlgebra } from '../helpers/motif-recursion.ts';
import { planted, runAll } from '../helpers/planted.ts';

const space = motifSpace(hierarchical);
const none = 0;

/** Values that tell nearly all graphs apart: every primitive is its own map, and a merge depends on the order. */
const numbers: MotifAlgebra<number> = {
  apply: (primitive, x) => Math.sin((primitive + 1) * x + primitive),
  merge: (values) => values.reduce((sum, value, i) => sum + (i + 1) * value, 0.25),
};
/** The formula itself. */
const formulas: MotifAlgebra<string> = {
  apply: (primitive, x, path) => `${hierarchical.primitives[primitive]}@${path}(${x})`,
  merge: (values, path) => `@${path}[${values.join(' ')}]`,
};

/** A flat graph by its own order. */
function evaluateFlat<T>({ nodes, sink }: FlatCell, algebra: MotifAlgebra<T>, x: T): T | undefined {
  const states = [x];
  for (const { inputs, name } of nodes) {
    const values = inputs.map(({ from, primitive, name: edge }) =>
      primitive === undefined ? states[from]! : algebra.apply(primitive, states[from]!, edge),
    );
    states.push(algebra.merge(values, name));
  }
  return sink === undefined ? undefined : states[sink];
}

function randomCell(seed: number, settings: MotifSettings, density: number): MotifCell {
  const random = Random.fromSeed(seed);
  const of = motifSpace(settings);
  const numbers: number[] = [];
  for (let open = of.next([]); open !== undefined; open = of.next(numbers))
    numbers.push(random.uniform() < density ? 1 + random.below(open.size - 1) : none);
  return decodeCell(settings, numbers);
}

/** Three levels above the primitives. */
const deep: MotifSettings = {
  ...hierarchical,
  levels: [
    { motifs: 3, nodes: 3 },
    { motifs: 2, nodes: 4 },
    { motifs: 1, nodes: 3 },
  ],
};

describe('flattening', () => {
  it.each([
    ['the published levels', hierarchical, 0.6, 100],
    ['the published levels, most edges missing', hierarchical, 0.25, 20],
    ['one level more', deep, 0.5, 60],
  ])('gives what recursion gives: %s', (_, settings, density, least) => {
    let [dead, live] = [0, 0];
    for (let seed = 0; seed < 300; seed++) {
      const cell = randomCell(seed, settings, density);
      const flat = flatten(cell);
      const value = evaluateCell(cell, numbers, 0.7);
      expect(evaluateFlat(flat, numbers, 0.7)).toBe(value);
      expect(evaluateFlat(flat, formulas, 'x')).toBe(evaluateCell(cell, formulas, 'x'));
      // Nothing dead is left, and every edge points forward.
      const used = new Set(flat.nodes.flatMap(({ inputs }) => inputs.map(({ from }) => from)));
      for (const [i, { inputs }] of flat.nodes.entries()) {
        expect(i + 1 === flat.sink || used.has(i + 1)).toBe(true);
        expect(inputs.length > 0 && inputs.every(({ from }) => from <= i)).toBe(true);
      }
      if (value === undefined) dead += 1;
      else live += 1;
    }
    expect(Math.min(live, dead)).toBeGreaterThan(least < 100 ? least : 0);
  });

  it('unfolds the trivial cell into one chain of identities', () => {
    const { nodes, sink } = flatten(trivialCell(hierarchical));
    // Four edges of the cell, three of each motif, and a node after each motif.
    expect(nodes).toHaveLength(4 * (3 + 1));
    expect(sink).toBe(16);
    expect(nodes.every(({ inputs }, i) => inputs.length === 1 && inputs[0]!.from === i)).toBe(true);
    const identity = hierarchical.primitives.indexOf('identity');
    const operations = nodes.flatMap(({ inputs }) => inputs.map(({ primitive }) => primitive ?? identity));
    expect(new Set(operations)).toEqual(new Set([identity]));
  });

  it('has names of its own for the two places of one motif', () => {
    const cell = randomCell(5, hierarchical, 0.9);
    const names = flatten(cell).nodes.flatMap(({ name, inputs }) => [
      name,
      ...inputs.filter(({ primitive }) => primitive !== undefined).map((one) => one.name),
    ]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(40);
  });
});

describe('the space', () => {
  it('has a decision for each of the 46 edges, with 7 options', () => {
    expect(space.size).toBe(7n ** 46n);
    expect(encodeCell(trivialCell(hierarchical))).toHaveLength(46);
  });

  it('mutates one edge of any level into another operation; nothing else, and no circle', () => {
    const random = Random.fromSeed(2);
    let architecture = space.sample(random);
    const changed = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      const child = space.mutate(architecture, random);
      const places = [...child.keys()].filter((place) => child[place] !== architecture[place]);
      expect(places).toHaveLength(1);
      changed.add(places[0]!);
      if (!isArchitecture(space, child)) throw new Error(space.text(child));
      architecture = child;
    }
    expect(changed.size).toBe(46);
  });

  it('draws the levels equally often, though level 2 has more edges', () => {
    const random = Random.fromSeed(3);
    const from = space.sample(random);
    const top = Array.from({ length: 1000 }, () => space.mutate(from, random)).filter((child) =>
      child.slice(36).some((option, i) => option !== from[36 + i]),
    );
    expect(Math.abs(top.length - 500)).toBeLessThan(4 * Math.sqrt(250));
  });

  it('starts far from the trivial cell: a thousand mutations', () => {
    const trivial = encodeCell(trivialCell(hierarchical));
    const random = Random.fromSeed(4);
    for (let i = 0; i < 5; i++) {
      const different = space.sample(random).filter((option, at) => option !== trivial[at]);
      expect(different.length).toBeGreaterThan(30);
    }
  });

  it('crosses and lists neighbours within itself', () => {
    const random = Random.fromSeed(5);
    const [a, b] = [space.sample(random), space.sample(random)];
    expect(isArchitecture(space, space.crossover(a, b, random))).toBe(true);
    const keys = [a, ...space.neighbours(a)].map((one) => space.key(one));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(40);
    expect(space.encode(a, 'oneHot')).toHaveLength(46 * 7);
  });
});

/** Motifs of level 2 in another order, the cell's edges following. */
function reordered([motifs, top]: MotifCell, order: readonly number[]): MotifCell {
  const moved = order.map((from) => motifs![from]!);
  const follow = (operation: number): number =>
    operation === none ? none : 1 + order.indexOf(operation - 1);
  return [moved, top!.map((motif) => motif.map(follow))];
}

function key(cell: MotifCell): string {
  return space.key(encodeCell(cell));
}

function keyWith(motif: Architecture): string {
  const [motifs, top] = trivialCell(hierarchical);
  return key([motifs!.with(0, motif), top!]);
}

describe('keys', () => {
  it('do not depend on the order of motifs', () => {
    const random = Random.fromSeed(7);
    for (let seed = 0; seed < 200; seed++) {
      const cell = randomCell(seed, hierarchical, 0.6);
      expect(key(reordered(cell, [...random.permutation(6)]))).toBe(key(cell));
    }
  });

  it.each<[string, Architecture, Architecture, boolean]>([
    // Edges 0-1, 0-2, 1-2, 0-3, 1-3, 2-3 of a motif.
    ['the two inner nodes by another name', [1, 2, 0, 0, 3, 4], [2, 1, 0, 0, 4, 3], true],
    ['a node that leads nowhere', [1, 2, 0, 0, 0, 4], [0, 2, 0, 0, 0, 4], true],
    ['a node that nothing leads to', [0, 2, 0, 0, 3, 4], [0, 2, 0, 0, 0, 4], true],
    ['another operation', [1, 2, 0, 0, 3, 4], [1, 2, 0, 0, 3, 5], false],
    ['an edge between the inner nodes', [1, 2, 6, 0, 3, 4], [1, 2, 0, 0, 3, 4], false],
    ['one node used twice, and two of its kind', [1, 0, 0, 0, 3, 0], [1, 1, 0, 0, 3, 3], false],
  ])('%s', (_, first, second, equal) => {
    expect(keyWith(first) === keyWith(second)).toBe(equal);
  });
});

const quick = motifSpace({ ...hierarchical, diversity: 100 });

/** Edges of the cell's flat graph that are separable convolutions, up to 12. */
function score(architecture: Architecture): number {
  const { nodes } = flatten(decodeCell(hierarchical, architecture));
  const primitives = nodes.flatMap(({ inputs }) => inputs.map(({ primitive }) => primitive));
  return Math.min(12, primitives.filter((one) => one === 2).length);
}

async function late(searcher: Searcher): Promise<number> {
  const limits = { evaluations: 400 };
  const results = await runAll({ space: quick, evaluator: planted(score), searcher, limits, seed: 1 });
  return results.slice(-100).reduce((sum, { evaluation }) => sum + evaluation.score, 0) / 100;
}

describe('growing evolution', () => {
  it('finds better cells than random search on average', async () => {
    const evolved = await late(growingEvolution(quick, { initial: 40, share: 0.05 }));
    expect(evolved).toBeGreaterThan((await late(randomSearch(quick))) + 3);
  });

  it('lets nobody leave, and draws from 5 % of all', () => {
    const searcher = growingEvolution(quick, { initial: 2, share: 0.05 });
    const random = Random.fromSeed(6);
    let state = searcher.init(random);
    for (let id = 0; id < 100; id++) {
      const evaluation = { score: id, seconds: 0, epochs: 0, metrics: {} };
      state = searcher.tell(state, [{ id, architecture: quick.sample(random), evaluation }], random);
    }
    expect(state.population).toHaveLength(100);
    // The best of 5 drawn among 100 is among the lower half with probability below (1/2)^5.
    const seeded = { ...state, toSeed: 0 };
    const parents = Array.from({ length: 400 }, () => {
      const [child] = searcher.ask(seeded, 1, random).proposals;
      const distance = (other: Architecture): number =>
        other.filter((x, i) => x !== child!.architecture[i]).length;
      return state.population.find(({ architecture }) => distance(architecture) === 1)!.score;
    });
    const low = parents.filter((one) => one < 50).length / 400;
    expect(Math.abs(low - 0.0281)).toBeLessThan(0.035);
    expect(Math.min(...parents)).toBeGreaterThanOrEqual(4);
  });
});
