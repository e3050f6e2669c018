// The published derive rules against the genotypes that the published code gave for the same alphas.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { embeddedData } from '../../src/data/package-root.ts';
import { entropy } from '../../src/supernet/alphas.ts';
import { derive } from '../../src/supernet/derive.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import type { CellGenotype, Genotype } from '../../src/supernet/genotype/genotype.ts';
import { countSkips, skipCollapses } from '../../src/supernet/genotype/genotype.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { pcDarts } from '../../src/supernet/spaces/pc-darts.ts';
import type { ImageSpace } from '../../src/supernet/space.ts';

interface Case {
  readonly alphas_normal: number[][];
  readonly alphas_reduce: number[][];
  readonly genotype: string;
}

function casesOf(file: string): readonly Case[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];
}

function derived({ alphas_normal, alphas_reduce }: Case): Genotype {
  return derive(dartsCnn, { normal: alphas_normal, reduce: alphas_reduce });
}

const zeros = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));

/** Alphas of PC-DARTS that prefer later edges, with parameters of the normal cell's edges. */
const withEdges = (edges: number[]) => ({
  normal: zeros(14, 8).map((row, edge) => row.with(4, edge / 100)),
  reduce: zeros(14, 8).map((row) => row.with(1, 1)),
  'normal edges': edges.map((value) => [value]),
  'reduce edges': zeros(14, 1),
});

/** Sources of the edges that every node of the normal cell keeps. */
function sourcesOf(edges: number[]): number[][] {
  return derive(pcDarts, withEdges(edges)).normal!.nodes.map((node) => node.map(({ from }) => from));
}

/** One node with two inputs that keeps one edge, operations none, a and b. */
const small: ImageSpace = {
  ...dartsCnn,
  name: 'small',
  operations: ['none', 'a', 'b'].map((name) => ({ name, layers: [] })),
  cells: { cell: { inputs: 2, nodes: 1, inputStride: 1, output: 'concat' } },
  derive: { kind: 'strongestEdges', edges: 1, excluded: ['none'] },
};

function withSkips(skips: number): CellGenotype {
  const operation = (edge: number): string => (edge < skips ? 'skip_connect' : 'sep_conv_3x3');
  const nodes = [0, 2, 4, 6].map((edge) =>
    [0, 1].map((from) => ({ operation: operation(edge + from), from })),
  );
  return { nodes, concat: [2, 3, 4, 5] };
}

describe('derive', () => {
  it('equals the published code on all 60 cases', () => {
    const cases = casesOf(embeddedData('verify', 'derive-cases.json'));
    expect(cases).toHaveLength(60);
    expect(cases.map(derived)).toEqual(cases.map(({ genotype }) => parseGenotype(genotype, dartsCnn)));
  });

  it.each([
    // Alpha alone would say edge 1; its `none` takes most of the softmax.
    {
      rule: 'ranks edges by softmax, not alpha',
      alpha: [
        [0, 1, 0],
        [9, 2, 0],
      ],
      edge: { operation: 'a', from: 0 },
    },
    {
      rule: 'gives equal edges to the lower source',
      alpha: [
        [0, 1, 0],
        [0, 0, 1],
      ],
      edge: { operation: 'a', from: 0 },
    },
    {
      rule: 'gives equal operations to the first',
      alpha: [
        [0, 0, 0],
        [0, 1, 1],
      ],
      edge: { operation: 'a', from: 1 },
    },
    {
      rule: 'survives large alphas',
      alpha: [
        [900, 1000, 999],
        [0, 0, 0],
      ],
      edge: { operation: 'a', from: 0 },
    },
  ])('$rule', ({ alpha, edge }) => {
    expect(derive(small, { cell: alpha })).toEqual({ cell: { nodes: [[edge]], concat: [2] } });
  });

  it('multiplies by the shares of edges in PC-DARTS, each node for itself', () => {
    // Alpha alone prefers the later sources; a share of almost 1 outweighs that, in its own node only.
    const equal = Array.from({ length: 14 }, () => 0);
    expect(sourcesOf(equal)).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
    expect(sourcesOf(equal.with(9, 3).with(2, 1))).toEqual([
      [1, 0],
      [0, 2],
      [3, 2],
      [0, 4],
    ]);
    expect(() => derive(pcDarts, { normal: zeros(14, 8), reduce: zeros(14, 8) })).toThrow('normal edges');
  });

  it('keeps every edge of NAS-Bench-201 by source, none too', () => {
    const alpha = zeros(6, 5);
    for (const [edge, column] of [3, 0, 4, 1, 2, 0].entries()) alpha[edge]![column] = 0.1;
    const text = '|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_1x1~1|none~2|';
    expect(derive(nasbench201, { cell: alpha })).toEqual(parseGenotype(text, nasbench201));
  });

  const normal = zeros(14, 8);
  const damaged = (value: number): number[][] =>
    normal.map((row, i) => row.map((x, j) => (i === 3 && j === 5 ? value : x)));
  it.each([
    { alphas: { normal }, message: /^a\.json reduce: the matrix is missing; darts-cnn needs 14 rows/ },
    { alphas: { normal, reduce: zeros(13, 8) }, message: /^a\.json reduce: it has 13 rows; .*14 rows/ },
    {
      alphas: { normal, reduce: [...normal.slice(1), [0]] },
      message: /^a\.json reduce row 13: it has 1 columns/,
    },
    {
      alphas: { normal, reduce: normal, other: normal },
      message: /^a\.json other: darts-cnn has no such cell kind/,
    },
    {
      alphas: { normal, reduce: damaged(NaN) },
      message: /^a\.json reduce row 3 column 5: NaN is not a finite/,
    },
    {
      alphas: { normal: damaged(-Infinity), reduce: normal },
      message: /^a\.json normal row 3 column 5: -Infinity is/,
    },
  ])('refuses alphas with $message', ({ alphas, message }) => {
    const attempt = () => derive(dartsCnn, alphas, 'a.json');
    expect(attempt).toThrow(MixopError);
    expect(attempt).toThrow(message);
  });

  it('refuses a rule that excludes every operation', () => {
    const excluded = ['none', 'a', 'b'];
    const space: ImageSpace = { ...small, derive: { kind: 'strongestEdges', edges: 1, excluded } };
    expect(() => derive(space, { cell: zeros(2, 3) })).toThrow(/excludes every operation/);
  });
});

describe('reports', () => {
  it.each([
    { alpha: zeros(3, 8), nats: Math.log(8) },
    { alpha: [[1000, 0, -1000]], nats: 0 },
    {
      alpha: [
        [1000, 0],
        [0, 0],
      ],
      nats: Math.log(2) / 2,
    },
    // p = (1/4, 3/4).
    { alpha: [[0, Math.log(3)]], nats: Math.log(4) - 0.75 * Math.log(3) },
  ])('alpha has an entropy of $nats nats', ({ alpha, nats }) => {
    expect(entropy(alpha)).toBeCloseTo(nats, 14);
  });

  it('refuses the entropy of no rows and of NaN', () => {
    expect(() => entropy([])).toThrow(/no rows/);
    expect(() => entropy([[0, NaN]])).toThrow(/row 0 column 1/);
  });

  it('counts skips and warns over half of the kept edges', () => {
    const genotype = { normal: withSkips(5), reduce: withSkips(4) };
    expect(countSkips(genotype)).toEqual([
      { kind: 'normal', skips: 5, edges: 8 },
      { kind: 'reduce', skips: 4, edges: 8 },
    ]);
    expect(skipCollapses(genotype)).toEqual([{ kind: 'normal', skips: 5, edges: 8 }]);
  });
});
