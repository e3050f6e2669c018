// Drawings of cells: every state and edge is there, and the SVG is well formed and self-contained.

import { describe, expect, it } from 'vitest';
import { cellDot, drawCell } from '../../src/supernet/genotype/draw-cell.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { dartsRnn, publishedRecurrentCells } from '../../src/supernet/spaces/darts-rnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import type { Space } from '../../src/supernet/space.ts';

const pairs =
  "[('sep_conv_3x3',0),('skip_connect',1)," + "('max_pool_3x3',0),('dil_conv_5x5',1),".repeat(3) + ']';
const darts = parseGenotype(
  `Genotype(normal=${pairs},normal_concat=range(2,6),reduce=${pairs},reduce_concat=[4,5])`,
  dartsCnn,
);
const bench = parseGenotype('|none~0|+|none~0|none~1|+|none~0|nor_conv_1x1~1|none~2|', nasbench201);

const recurrent = parseGenotype(publishedRecurrentCells['DARTS_V2']!, dartsRnn);

/** Ends a quoted text, and makes a node of Graphviz a link. */
const injected = 'a" URL="javascript:alert(1)" x="';
const kindOf = (more: object): Space => ({
  ...dartsCnn,
  cells: { normal: { ...dartsCnn.cells['normal']!, ...more } },
});
const labels = { inputs: ['a', 'b'], firstNode: 0, output: 'c' };

describe('cellDot', () => {
  it.each([
    {
      space: dartsCnn,
      kind: 'normal',
      genotype: darts,
      labels: ['c_{k-2}', 'c_{k-1}', '0', '1', '2', '3', 'c_{k}'],
    },
    {
      space: dartsCnn,
      kind: 'reduce',
      genotype: darts,
      labels: ['c_{k-2}', 'c_{k-1}', '0', '1', '2', '3', 'c_{k}'],
    },
    {
      space: dartsRnn,
      kind: 'recurrent',
      genotype: recurrent,
      labels: ['x_{t}, h_{t-1}', '1', '2', '3', '4', '5', '6', '7', '8', 'h_{t}'],
    },
    { space: nasbench201, kind: 'cell', genotype: bench, labels: ['c_{k-1}', '0', '1', '2', 'c_{k}'] },
  ])('names every state and edge of a $kind cell of $space.name', ({ space, kind, genotype, labels }) => {
    const cell = genotype[kind]!;
    const { inputs } = space.cells[kind]!;
    const dot = cellDot(cell, space, kind);
    expect([...dot.matchAll(/^(?:"s\d+"|out) \[label="([^"]*)"/gm)].map((match) => match[1])).toEqual(labels);
    const edges = [...dot.matchAll(/^"s(\d+)" -> "s(\d+)" .*<td>(\w+)<\/td>/gm)].map(([, from, to, name]) => [
      from,
      to,
      name,
    ]);
    const wanted = cell.nodes.flatMap((node, i) =>
      node.map(({ from, operation }) => [`${from}`, `${inputs + i}`, operation]),
    );
    expect(edges).toEqual(wanted);
    expect([...dot.matchAll(/^"s(\d+)" -> out;/gm)].map((match) => Number(match[1]))).toEqual(cell.concat);
  });

  it('escapes the names of a user', () => {
    const space = { ...dartsCnn, name: 'a"\\b' };
    const cell = { nodes: [[{ operation: 'x<&>', from: 0 }]], concat: [2] };
    const dot = cellDot(cell, space, 'normal');
    expect(dot).toContain('<td>x&lt;&amp;&gt;</td>');
    expect(dot).toContain(String.raw`digraph "a\"\\b: normal"`);
  });

  it.each([
    ['name', { ...dartsCnn, name: injected }],
    ["an input's label", kindOf({ labels: { ...labels, inputs: [injected, 'b'] } })],
    ["the first node's number", kindOf({ labels: { ...labels, firstNode: injected } })],
    ["the output's label", kindOf({ labels: { ...labels, output: injected } })],
    ['a label that ends in a backslash', kindOf({ labels: { ...labels, output: `\\${injected}\\` } })],
    ['the source of an edge', dartsCnn, `0 [${injected}"]; s0`],
  ])('draws %s as text, whatever it holds', async (_, space, from: unknown = 0) => {
    const cell = { nodes: [[{ operation: injected, from: from as number }]], concat: [2] };
    const svg = await drawCell(cell, space, 'normal');
    // As an attribute of DOT it would make the node a link.
    expect(svg).not.toMatch(/<a\b|href=/);
    expect(svg).toContain('URL=&quot;javascript:alert(1)&quot;');
  });

  it('refuses an unknown cell kind', () => {
    expect(() => cellDot(bench['cell']!, nasbench201, 'normal')).toThrow(
      /no cell kind 'normal'; it has cell/,
    );
  });
});

describe('drawCell', () => {
  it('draws one title, one box for each state and one line for each edge', async () => {
    const svg = await drawCell(darts['reduce']!, dartsCnn, 'reduce');
    expect(svg).toMatch(/^<\?xml[\s\S]*<svg [\s\S]*<\/svg>\s*$/);
    expect(svg).toContain('>darts&#45;cnn: reduce</text>');
    expect(svg.match(/class="node"/g)).toHaveLength(7);
    // 8 edges, 2 concatenated nodes.
    expect(svg.match(/<polygon /g)).toHaveLength(10);
    expect(svg.match(/>max_pool_3x3<\/text>/g)).toHaveLength(3);
  });

  it('draws the same bytes each time', async () => {
    const first = await drawCell(bench['cell']!, nasbench201, 'cell');
    expect(await drawCell(bench['cell']!, nasbench201, 'cell')).toBe(first);
  });
});
