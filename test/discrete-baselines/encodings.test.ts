// Encodings of every space for predictors: paths against a brute force, and what each leaves out or does not tell apart.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { type Architecture, encodings } from '../../src/discrete-baselines/architecture.ts';
import { chainSpace, nasbenchMacro } from '../../src/discrete-baselines/spaces/chain-space.ts';
import {
  encodeChain,
  type EvolvedLayer,
  trivialChain,
} from '../../src/discrete-baselines/spaces/evolved-chain.ts';
import { evolvedSpace } from '../../src/discrete-baselines/spaces/evolved-space.ts';
import { layerChainSpace, metaQnnChain } from '../../src/discrete-baselines/spaces/layer-chain.ts';
import { hierarchical, motifSpace, trivialCell } from '../../src/discrete-baselines/spaces/motif-space.ts';
import { encodeCell, type Motif } from '../../src/discrete-baselines/spaces/motifs.ts';
import { type PathEdge, pathIndicators } from '../../src/discrete-baselines/spaces/path-indicators.ts';
import { nasnetFamily } from '../../src/discrete-search/families/blocks.ts';
import { decisionSpaceNamed, searchSpaceNames } from '../../src/discrete-search/spaces.ts';

const macro = chainSpace(nasbenchMacro);
const blocks = nasnetFamily().search;
const evolved = evolvedSpace();
const motifs = motifSpace({ ...hierarchical, diversity: 100 });

function ones(values: Float64Array): readonly number[] {
  return [...values.keys()].filter((i) => values[i]! > 0);
}

/** All sequences of operations from a state to an output, as text. */
function sequencesFrom(
  edges: readonly PathEdge[],
  state: number,
  outputs: ReadonlySet<number>,
): readonly string[] {
  const onwards = edges
    .filter(({ from }) => from === state)
    .flatMap(({ to, operation }) =>
      sequencesFrom(edges, to, outputs).map((rest) => `${operation ?? ''}${rest}`),
    );
  return outputs.has(state) ? ['', ...onwards] : onwards;
}

/** One cell twice; a branch is its source and operation. */
function cellOf(branches: readonly (readonly [number, number])[]): Architecture {
  return [branches, branches].flat(2);
}

/** Of the edge from a state to a block. */
function rowOf(block: number, from: number): number {
  return 2 * block + (block * (block - 1)) / 2 + from;
}

function convolution(id: number, stride: 1 | 2): EvolvedLayer {
  return { id, active: true, convolution: { height: 3, width: 3, stride, channels: 8 } };
}

function chainOf(layers: readonly EvolvedLayer[]): Architecture {
  return encodeChain({ ...trivialChain, layers });
}

/** From the source to node 1 by motif `one`; to the sink from there by `two`, and straight by `one`. */
function joins(one: number, two: number): Motif {
  return [one, 0, 0, 0, 0, 0, one, two, 0, 0];
}

describe.each(searchSpaceNames)('%s', (name) => {
  it.each(encodings)('%s: numbers of one length that tell architectures apart', (encoding) => {
    const space = decisionSpaceNamed(name);
    const random = Random.fromSeed(3);
    const all = Array.from({ length: 8 }, () => space.encode(space.sample(random), encoding));
    expect(new Set(all.map(({ length }) => length)).size).toBe(1);
    expect(all.every((values) => values.every((value) => value >= 0 && value <= 2))).toBe(true);
    expect(new Set(all.map((values) => values.join())).size).toBeGreaterThan(1);
  });
});

describe('indicators of paths', () => {
  const states = 5;
  const operations = 2;
  const longest = 3;
  const edge = fc
    .record({ from: fc.nat(states - 2), step: fc.nat(states - 2), operation: fc.nat(operations) })
    .map(({ from, step, operation }): PathEdge => ({
      from,
      to: Math.min(states - 1, from + 1 + step),
      operation: operation === operations ? undefined : operation,
    }));

  it('are those of all sequences that are short enough, in order', () => {
    const known = [1, 2, 3].flatMap((length) =>
      Array.from({ length: operations ** length }, (_, i) => i.toString(operations).padStart(length, '0')),
    );
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 8 }), fc.nat(states - 1), (edges, output) => {
        const outputs = new Set([output, states - 1]);
        const found = new Set(sequencesFrom(edges, 0, outputs));
        const expected = known.map((sequence) => Number(found.has(sequence)));
        expect([...pathIndicators(edges, 0, outputs, operations, longest)]).toEqual(expected);
      }),
    );
  });
});

describe('chains of NAS-Bench-Macro', () => {
  it('have equal paths where their networks are equal', () => {
    const byKey = new Map<string, string>();
    const paths = new Set<string>();
    for (let i = 0; i < 3 ** 8; i++) {
      const architecture = Array.from(i.toString(3).padStart(8, '0'), Number);
      const path = macro.encode(architecture, 'path').join('');
      const key = macro.key(architecture);
      expect(byKey.get(key) ?? path).toBe(path);
      byKey.set(key, path);
      paths.add(path);
    }
    expect([byKey.size, paths.size]).toEqual([3969, 3969]);
  });
});

it('chains of MetaQNN have one encoding', () => {
  const space = layerChainSpace(metaQnnChain);
  const architecture = space.sample(Random.fromSeed(1));
  const [oneHot, ...others] = encodings.map((encoding) => space.encode(architecture, encoding));
  expect(ones(oneHot!)).toHaveLength(architecture.length);
  expect(others).toEqual([oneHot, oneHot]);
});

describe('cells of blocks', () => {
  // States 0 and 1 are the inputs; blocks 3 and 4 (states 5 and 6) leave the cell.
  const branches = [
    [0, 3],
    [1, 3],
    [0, 3],
    [0, 3],
    [2, 5],
    [3, 6],
    [4, 0],
    [4, 0],
    [4, 1],
    [1, 2],
  ] as const;
  const operations = 7;

  it('count the branches on every edge', () => {
    const values = blocks.encode(cellOf(branches), 'adjacency');
    const expected = new Map<number, number>();
    for (const [i, [from, operation]] of branches.entries()) {
      const at = rowOf(Math.floor(i / 2), from) * operations + operation;
      expected.set(at, (expected.get(at) ?? 0) + 1);
    }
    const half = values.length / 2;
    expect(half).toBe(rowOf(5, 0) * operations);
    expect(ones(values).filter((at) => at < half)).toEqual([...expected.keys()].sort((a, b) => a - b));
    for (const [at, count] of expected) expect([values[at], values[half + at]]).toEqual([count, count]);
  });

  it('list the sequences that lead to states that leave the cell', () => {
    const values = blocks.encode(cellOf(branches), 'path');
    const perInput = operations + operations ** 2 + operations ** 3;
    expect(values).toHaveLength(4 * perInput);
    const place = (input: number, sequence: readonly number[]): number => {
      const before = sequence.slice(1).reduce((sum, _, i) => sum + operations ** (i + 1), 0);
      return input * perInput + before + sequence.reduce((code, one) => code * operations + one, 0);
    };
    const expected = [
      ...[
        [3, 5, 0],
        [3, 5, 1],
        [3, 6, 0],
        [3, 6, 1],
      ].map((sequence) => place(0, sequence)),
      ...[[2], [3, 5, 0], [3, 5, 1]].map((sequence) => place(1, sequence)),
    ];
    const both = [...expected, ...expected.map((at) => at + 2 * perInput)];
    expect(ones(values)).toEqual(both.toSorted((a, b) => a - b));
  });
});

describe('evolved chains', () => {
  const lean = chainOf([convolution(0, 1), convolution(1, 2), { ...convolution(2, 1), skip: 1 }]);
  const padded = chainOf([
    convolution(4, 1),
    { id: 5, active: false },
    convolution(1, 2),
    { ...convolution(2, 1), skip: 2 },
  ]);

  it('have paths and adjacency without layers that do nothing', () => {
    for (const encoding of ['adjacency', 'path'] as const)
      expect(evolved.encode(padded, encoding)).toEqual(evolved.encode(lean, encoding));
    expect(evolved.encode(padded, 'oneHot')).not.toEqual(evolved.encode(lean, 'oneHot'));
  });

  it('have the paths to every layer, over skips too', () => {
    // Codes to the base of 3: 1; 1 2; 1 2 1; the skip from layer 1 to layer 3 adds none that is not there.
    const places = [1, 3 + 1 * 3 + 2, 3 + 9 + 1 * 9 + 2 * 3 + 1];
    expect(ones(evolved.encode(lean, 'path'))).toEqual(places);
    const skipping = chainOf([
      convolution(0, 2),
      convolution(1, 1),
      { id: 2, active: true, skip: 0 },
      convolution(3, 1),
    ]);
    // From the images straight to layer 3, and on: also 1 alone.
    expect(ones(evolved.encode(skipping, 'path'))).toContain(1);
  });
});

describe('hierarchical cells', () => {
  const [second, top] = trivialCell(hierarchical) as [Motif[], Motif[]];
  const conv = 1 + hierarchical.primitives.indexOf('conv_1x1');
  const pool = 1 + hierarchical.primitives.indexOf('max_pool_3x3');
  // Motif 1 is a chain that begins with a convolution, motif 2 one that begins with a pool.
  const first = second[0]!.with(0, conv);
  const other = second[0]!.with(0, pool);

  it('leave out what the cell does not use, and edges that lead nowhere', () => {
    const withRest = (motif: Motif): Architecture =>
      encodeCell([[first, other, motif, ...second.slice(3)], [[...top[0]!]]]);
    const unused = [second[0]!, first, other].map((motif) => motifs.encode(withRest(motif), 'adjacency'));
    expect(unused[1]).toEqual(unused[0]);
    expect(unused[2]).toEqual(unused[0]);
    // Three edges of motif 1, four of the cell.
    expect(ones(unused[0]!)).toHaveLength(3 + 4);
    // Node 1 leads nowhere; nodes 2 and 3, which lead to the sink, have no input.
    const dead = encodeCell([[first, other, ...second.slice(2)], [[1, 0, 0, 0, 0, 0, 0, 0, 2, 1]]]);
    expect(ones(motifs.encode(dead, 'adjacency'))).toHaveLength(0);
  });

  it('have the sequences of primitives, identities left out, in any order of motifs', () => {
    const a = encodeCell([[first, other, ...second.slice(2)], [joins(1, 2)]]);
    const b = encodeCell([[other, first, ...second.slice(2)], [joins(2, 1)]]);
    const names = hierarchical.primitives.filter((primitive) => primitive !== 'identity');
    const [c, p] = [names.indexOf('conv_1x1'), names.indexOf('max_pool_3x3')];
    expect(ones(motifs.encode(a, 'path'))).toEqual([c, 5 + c * 5 + p]);
    expect(motifs.encode(b, 'path')).toEqual(motifs.encode(a, 'path'));
    expect(ones(motifs.encode(encodeCell(trivialCell(hierarchical)), 'path'))).toEqual([]);
  });
});
