// The search space of hierarchical representations (Liu et al. 2018, section 3): a decision an edge of every motif.

import type { Random } from '../../base/random.ts';
import type { Architecture, Decision, DecisionSpace } from '../architecture.ts';
import { crossDecisions, neighboursOf } from '../decisions.ts';
import { adjacencyEncoding, pathEncoding } from './motif-encodings.ts';
import {
  decodeCell,
  edgesOf,
  encodeCell,
  liveEdges,
  type Motif,
  type MotifCell,
  type MotifSettings,
  placeOf,
} from './motifs.ts';

/** As published: six primitives, six motifs of four nodes, a cell of five. */
export const hierarchical: MotifSettings = {
  name: 'hierarchical',
  primitives: ['conv_1x1', 'dw_conv_3x3', 'sep_conv_3x3', 'max_pool_3x3', 'avg_pool_3x3', 'identity'],
  identity: 'identity',
  levels: [
    { motifs: 6, nodes: 4 },
    { motifs: 1, nodes: 5 },
  ],
  diversity: 1000,
};

export function motifSpace(settings: MotifSettings): DecisionSpace {
  const { name, levels, primitives, diversity } = settings;
  // Options of an edge at every level: none, and the motifs of the level below.
  const choices = levels.map((_, level) => 1 + (level === 0 ? primitives.length : levels[level - 1]!.motifs));
  const decisions = levels.flatMap((level, i): readonly Decision[] => {
    const allowed = Array.from({ length: choices[i]! }, (_, option) => option);
    const decision = { kind: `level ${i + 2}`, size: choices[i]!, allowed };
    return Array.from({ length: level.motifs * edgesOf(level) }, () => decision);
  });
  const next = (prefix: Architecture): Decision | undefined => decisions[prefix.length];
  const trivial = encodeCell(trivialCell(settings));
  const key = (architecture: Architecture): string => cellKey(settings, decodeCell(settings, architecture));
  return {
    name,
    size: decisions.reduce((product, { size }) => product * BigInt(size), 1n),
    next,
    key,
    sample(random) {
      let architecture = trivial;
      for (let i = 0; i < diversity; i++) architecture = mutate(architecture, random);
      return architecture;
    },
    mutate,
    crossover: (a, b, random) => crossDecisions(next, a, b, random),
    neighbours: (architecture) => neighboursOf(next, key, architecture),
    text: (architecture) => cellText(settings, decodeCell(settings, architecture)),
    encode(architecture, encoding) {
      const cell = decodeCell(settings, architecture);
      if (encoding === 'adjacency') return adjacencyEncoding(settings, cell);
      if (encoding === 'path') return pathEncoding(settings, cell);
      return Float64Array.from(
        architecture.flatMap((option, i) => decisions[i]!.allowed.map((one) => Number(one === option))),
      );
    },
  };

  /** Level, motif, node and one of the nodes before it, each uniform; their edge gets another operation. */
  function mutate(architecture: Architecture, random: Random): Architecture {
    const level = random.below(levels.length);
    const below = levels.slice(0, level).reduce((sum, one) => sum + one.motifs * edgesOf(one), 0);
    const motif = random.below(levels[level]!.motifs);
    const to = 1 + random.below(levels[level]!.nodes - 1);
    const position = below + motif * edgesOf(levels[level]!) + placeOf(random.below(to), to);
    const other = random.below(choices[level]! - 1);
    return architecture.with(position, other < architecture[position]! ? other : other + 1);
  }
}

/** Every motif is a chain of identities. */
export function trivialCell({ levels, primitives, identity }: MotifSettings): MotifCell {
  return levels.map(({ motifs, nodes }, level) => {
    const operation = level === 0 ? 1 + primitives.indexOf(identity) : 1;
    const chain = Array.from({ length: nodes }, (_, to) =>
      Array.from({ length: to }, (_, from) => (from === to - 1 ? operation : 0)),
    ).flat();
    return Array.from({ length: motifs }, () => chain);
  });
}

/**
 * Equal for cells that differ in the order of motifs, in motifs without use, in the order of nodes within a motif, or in
 * what leads nowhere. Cells of other motifs that come to the same flat graph have keys of their own.
 */
function cellKey({ primitives }: MotifSettings, cell: MotifCell): string {
  let below: readonly string[] = primitives;
  for (const motifs of cell) below = motifs.map((motif) => motifKey(motif, below));
  return below[0]!;
}

/** The smallest text over all orders of the live inner nodes; empty for a motif that is nothing. */
function motifKey(motif: Motif, below: readonly string[]): string {
  const edges = liveEdges(motif, (operation) => below[operation] !== '');
  if (edges.length === 0) return '';
  const label = (from: number, to: number): string => {
    const edge = edges.find((one) => one.from === from && one.to === to);
    return edge === undefined ? '' : below[edge.motif]!;
  };
  const sink = edges.at(-1)!.to;
  const inner = [...new Set(edges.map(({ to }) => to))].filter((node) => node !== sink);
  let best: string | undefined;
  for (const order of ordersOf(inner)) {
    const all = [0, ...order, sink];
    // Every pair of nodes has its edge one way only: written from the later to the earlier it would be lost.
    if (order.some((node, i) => order.slice(0, i).some((before) => label(node, before) !== ''))) continue;
    const text = all.flatMap((to, i) => all.slice(0, i).map((from) => label(from, to))).join(',');
    if (best === undefined || text < best) best = text;
  }
  return `[${best}]`;
}

function ordersOf(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => ordersOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

/** `2.1: 0-1 identity, 1-2 conv_1x1; ...; 3.1: 0-1 2.4, ...`: edges that are not none, by level and motif. */
function cellText({ primitives }: MotifSettings, cell: MotifCell): string {
  const name = (level: number, operation: number): string =>
    level === 0 ? primitives[operation - 1]! : `${level + 1}.${operation}`;
  const motifs = cell.flatMap((level, l) =>
    level.map((motif, m) => {
      const edges: string[] = [];
      for (let to = 1; placeOf(0, to) < motif.length; to++) {
        for (let from = 0; from < to; from++) {
          const operation = motif[placeOf(from, to)]!;
          if (operation > 0) edges.push(`${from}-${to} ${name(l, operation)}`);
        }
      }
      return `${l + 2}.${m + 1}: ${edges.join(', ') || 'none'}`;
    }),
  );
  return motifs.join('; ');
}
