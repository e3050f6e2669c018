// Hierarchical representations (Liu et al. 2018, section 2): a motif of level l is a small graph whose edges are motifs of
// level l - 1; those of level 1 are primitive operations. Here they are encoded, and flattened to one graph.

import type { Architecture } from '../architecture.ts';

interface MotifLevel {
  readonly motifs: number;
  /** Nodes of each, the source (first) and the sink (last) counted. */
  readonly nodes: number;
}

export interface MotifSettings {
  readonly name: string;
  /** Names of the motifs of level 1. */
  readonly primitives: readonly string[];
  /** Which of them passes on what it gets. */
  readonly identity: string;
  /** Level 2 and up; the last has one motif, the cell. */
  readonly levels: readonly MotifLevel[];
  /** Mutations from the trivial cell to a random one. */
  readonly diversity: number;
}

/**
 * Operation from node j to node i > j at place i * (i - 1) / 2 + j: 0 is none, k is motif k - 1 of the level below. Nodes
 * stand in the order of evaluation, so every motif is a graph without circles.
 */
export type Motif = readonly number[];

/** Motifs by level, level 2 first. */
export type MotifCell = readonly (readonly Motif[])[];

export function edgesOf({ nodes }: MotifLevel): number {
  return (nodes * (nodes - 1)) / 2;
}

export function placeOf(from: number, to: number): number {
  return (to * (to - 1)) / 2 + from;
}

interface MotifEdge {
  readonly from: number;
  readonly to: number;
  /** Motif of the level below, from 0. */
  readonly motif: number;
}

/** The edges on a path from the source to the sink, by target and source; `carries`: whether a motif is more than nothing. */
export function liveEdges(motif: Motif, carries: (below: number) => boolean): readonly MotifEdge[] {
  const edges: MotifEdge[] = [];
  let sink = 0;
  for (let to = 1; placeOf(0, to) < motif.length; to++) {
    sink = to;
    for (let from = 0; from < to; from++) {
      const operation = motif[placeOf(from, to)]!;
      if (operation > 0 && carries(operation - 1)) edges.push({ from, to, motif: operation - 1 });
    }
  }
  const fed = new Set([0]);
  for (const { from, to } of edges) if (fed.has(from)) fed.add(to);
  const useful = new Set([sink]);
  for (const { from, to } of edges.toReversed()) if (useful.has(to)) useful.add(from);
  return edges.filter(({ from, to }) => fed.has(from) && useful.has(to));
}

/** All edges of the motifs one after the other, level 2 first; and back. */
export function encodeCell(cell: MotifCell): Architecture {
  return cell.flat(2);
}

export function decodeCell({ levels }: MotifSettings, architecture: Architecture): MotifCell {
  let at = 0;
  return levels.map((level) =>
    Array.from({ length: level.motifs }, () => architecture.slice(at, (at += edgesOf(level)))),
  );
}

/** One graph of primitives: what enters each node, as a primitive on an earlier node or (undefined) as it is. */
interface FlatNode {
  readonly name: string;
  readonly inputs: readonly FlatInput[];
}

interface FlatInput {
  readonly from: number;
  readonly primitive: number | undefined;
  readonly name: string;
}

export interface FlatCell {
  /** In the order of evaluation; node 0 is the source and stands in no list. */
  readonly nodes: readonly FlatNode[];
  /** Undefined where no path leads from the source to the sink. */
  readonly sink: number | undefined;
}

/** The assembly of a cell: its motifs put into each other's edges until only primitives are left; dead nodes dropped. */
export function flatten(cell: MotifCell): FlatCell {
  const nodes: FlatNode[] = [];
  const expand = (level: number, index: number, source: number, path: string): number | undefined => {
    const motif = cell[level]![index]!;
    const states: (number | undefined)[] = [source];
    for (let to = 1; placeOf(0, to) < motif.length; to++) {
      const inputs = states.flatMap((from, j): readonly FlatInput[] => {
        const operation = motif[placeOf(j, to)]!;
        if (from === undefined || operation === 0) return [];
        const name = `${path}.${j}-${to}`;
        if (level === 0) return [{ from, primitive: operation - 1, name }];
        const inner = expand(level - 1, operation - 1, from, name);
        return inner === undefined ? [] : [{ from: inner, primitive: undefined, name }];
      });
      states.push(inputs.length > 0 ? nodes.push({ name: `${path}.${to}`, inputs }) : undefined);
    }
    return states.at(-1);
  };
  const sink = expand(cell.length - 1, 0, 0, '');
  return withoutDead(nodes, sink);
}

/** Keeps what leads to the sink. */
function withoutDead(nodes: readonly FlatNode[], sink: number | undefined): FlatCell {
  const alive = new Set(sink === undefined ? [] : [sink]);
  for (const [i, { inputs }] of [...nodes.entries()].toReversed())
    if (alive.has(i + 1)) for (const { from } of inputs) alive.add(from);
  const numbers = new Map([[0, 0]]);
  const kept: FlatNode[] = [];
  for (const [i, { name, inputs }] of nodes.entries()) {
    if (!alive.has(i + 1)) continue;
    const moved = inputs.map((input) => ({ ...input, from: numbers.get(input.from)! }));
    numbers.set(i + 1, kept.push({ name, inputs: moved }));
  }
  return { nodes: kept, sink: sink === undefined ? undefined : numbers.get(sink) };
}
