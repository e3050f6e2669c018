// A cell as a picture: Graphviz DOT, and SVG through the WebAssembly build of Graphviz. Nothing is written to disk.

import { escapeText } from '../../base/escape-text.ts';
import { MixopError } from '../../base/errors.ts';
import type { CellGenotype } from './genotype.ts';
import type { Space } from '../space.ts';

/** Middle tones: each stands out from white and from near-black pages alike. An operation has one in all spaces. */
const colors: ReadonlyMap<string, string> = new Map([
  ['none', '#8a8f98'],
  ['skip_connect', '#2f9e5b'],
  ['max_pool_3x3', '#d97706'],
  ['avg_pool_3x3', '#b59410'],
  ['sep_conv_3x3', '#3b82f6'],
  ['sep_conv_5x5', '#8b5cf6'],
  ['dil_conv_3x3', '#db4a83'],
  ['dil_conv_5x5', '#0e9aa7'],
  ['nor_conv_1x1', '#0e9aa7'],
  ['nor_conv_3x3', '#3b82f6'],
]);
/** For other operations, by their column in alpha. */
const otherColors = ['#c2512f', '#6f8f1f', '#a855c7', '#4f74b8', '#b0703c', '#1f9d8f'];
const ink = '#1f2937';
const line = '#8a8f98';
/** Monospaced fonts are all 0.6 em wide, so the plates fit whatever font the viewer has. */
const font = 'Courier';

/** An SVG of one cell: inputs at the left, nodes, output at the right, edges labelled with their operations. */
export async function drawCell(cell: CellGenotype, space: Space, kind: string): Promise<string> {
  // Loaded on first use: Graphviz is 1.4 MB and most runs of the library draw nothing.
  const { instance } = await import('@viz-js/viz');
  return (await instance()).renderString(cellDot(cell, space, kind), { format: 'svg' });
}

/** The same picture in the DOT language. */
export function cellDot(cell: CellGenotype, space: Space, kind: string): string {
  const shape = space.cells[kind];
  if (shape === undefined) {
    const remedy = `it has ${Object.keys(space.cells).join(', ')}`;
    throw new MixopError('config', `space ${space.name}`, `no cell kind '${kind}'`, remedy);
  }
  const { inputs, labels } = shape;
  const firstNode = labels?.firstNode ?? 0;
  const title = quote(`${space.name}: ${kind}`);
  const states = Array.from({ length: inputs }, (_, state) => stateName(state));
  const lines = [
    `digraph ${title} {`,
    `graph [rankdir=LR bgcolor=transparent pad=0.2 nodesep=0.3 ranksep=0.4 label=${title}`,
    `labelloc=t fontname="${font}" fontsize=16 fontcolor="${line}"];`,
    `node [shape=box style="rounded,filled" width=0.4 height=0.4 color="${line}" fontcolor="${ink}"`,
    `fontname="${font}" fontsize=13];`,
    `edge [color="${line}" penwidth=1.6 arrowsize=0.8 fontcolor="${ink}" fontname="${font}" fontsize=11];`,
    ...states.map((name, state) => {
      const label = labels?.inputs[state] ?? `c_{k-${inputs - state}}`;
      return `${name} [label=${quote(label)} fillcolor="#bbdfc8"];`;
    }),
    // The edge that is not drawn keeps the inputs in their order from top to bottom.
    `{ rank=source; edge [style=invis]; ${states.join(' -> ')}; }`,
    ...cell.nodes.map((_, node) => {
      const label = quote(String(firstNode + node));
      return `${stateName(inputs + node)} [label=${label} fillcolor="#bcd6f7"];`;
    }),
    `out [label=${quote(labels?.output ?? 'c_{k}')} fillcolor="#f5d9a8"];`,
  ];
  for (const [node, edges] of cell.nodes.entries()) {
    for (const { operation, from } of edges) {
      const column = space.operations.findIndex(({ name }) => name === operation);
      const color = colors.get(operation) ?? otherColors[column % otherColors.length] ?? line;
      const style = space.operations[column]?.layers === 'zero' ? 'style=dashed penwidth=1' : '';
      const edge = `${stateName(from)} -> ${stateName(inputs + node)}`;
      lines.push(`${edge} [color="${color}" ${style} label=${edgeLabel(operation, color)}];`);
    }
  }
  for (const state of cell.concat) lines.push(`${stateName(state)} -> out;`);
  return `${[...lines, '}'].join('\n')}\n`;
}

/** A white plate behind the name keeps it readable on any page and over crossing edges. */
function edgeLabel(operation: string, color: string): string {
  const table = `border="1" cellborder="0" cellspacing="0" cellpadding="2" style="rounded" bgcolor="white" color="${color}"`;
  return `<<table ${table}><tr><td>${escapeText(operation)}</td></tr></table>>`;
}

/** Quoted like every text: a space that a file defines may hold text where a number belongs. */
function stateName(state: number): string {
  return quote(`s${state}`);
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
