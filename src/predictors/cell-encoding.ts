// 0/1 features of a cell with one operation an edge: which operation every edge has, after edges that lie on no path
// from the input to the output have been set to none; and which sequences of operations lead from input to output
// (White et al. 2021, "BANANAS", path encoding).

import type { FeatureGroup } from './bit-kernel.ts';

/** Cells of which node 0 is the input and the last node the output; edges run from lower nodes to higher ones. */
export interface CellShape {
  readonly nodes: number;
  readonly edges: readonly { readonly from: number; readonly to: number }[];
  /** Number of candidate operations. */
  readonly operations: number;
  /** The operation that leaves an edge out. */
  readonly none: number;
}

/** An operation's number for every edge, in the shape's order. */
export type CellOperations = readonly number[];

export interface CellEncoding {
  /** Number of features. */
  readonly length: number;
  /** A group for each edge, then one for the paths of each length, shortest first. */
  readonly groups: readonly FeatureGroup[];
  encode(operations: CellOperations): Uint8Array;
}

/** All paths from input to output, each as edge numbers, shortest first. */
export function pathsOf({ nodes, edges }: CellShape): readonly (readonly number[])[] {
  const found: number[][] = [];
  const walk = (node: number, path: number[]): void => {
    if (node === nodes - 1) found.push(path);
    else
      edges.forEach(({ from, to }, edge) => {
        if (from === node) walk(to, [...path, edge]);
      });
  };
  walk(0, []);
  return found.sort((a, b) => a.length - b.length);
}

export function cellEncoding(shape: CellShape): CellEncoding {
  const paths = pathsOf(shape);
  const kinds = shape.operations - 1;
  const groups = shape.edges.map((_, e) => ({
    start: e * shape.operations,
    end: (e + 1) * shape.operations,
  }));
  /** Where the sequences of a length start. */
  const starts = new Map<number, number>();
  for (const { length } of paths) {
    if (starts.has(length)) continue;
    const start = groups.at(-1)!.end;
    starts.set(length, start);
    groups.push({ start, end: start + kinds ** length });
  }
  const { end: width } = groups.at(-1)!;
  return {
    length: width,
    groups,
    encode(operations) {
      const features = new Uint8Array(width);
      const used = new Set<number>();
      for (const path of paths) {
        if (path.some((edge) => operations[edge] === shape.none)) continue;
        let place = 0;
        for (const edge of path) {
          used.add(edge);
          const operation = operations[edge]!;
          place = place * kinds + (operation > shape.none ? operation - 1 : operation);
        }
        features[starts.get(path.length)! + place] = 1;
      }
      operations.forEach((operation, edge) => {
        features[edge * shape.operations + (used.has(edge) ? operation : shape.none)] = 1;
      });
      return features;
    },
  };
}
