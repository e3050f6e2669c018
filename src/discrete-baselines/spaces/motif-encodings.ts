// Hierarchical cells as numbers for predictors: adjacency of every motif, and paths of the flat graph.

import { edgesOf, flatten, liveEdges, type MotifCell, type MotifSettings, placeOf } from './motifs.ts';
import { pathIndicators } from './path-indicators.ts';

/**
 * By level, motif, edge and motif of the level below: 1 where it sits there. Motifs that the cell does not use are left
 * out, and edges on no path from a motif's source to its sink.
 */
export function adjacencyEncoding({ levels, primitives }: MotifSettings, cell: MotifCell): Float64Array {
  const below = levels.map((_, level) => (level === 0 ? primitives.length : levels[level - 1]!.motifs));
  let carries: readonly boolean[] = primitives.map(() => true);
  const live = cell.map((motifs) => {
    const edges = motifs.map((motif) => liveEdges(motif, (index) => carries[index]!));
    carries = edges.map((of) => of.length > 0);
    return edges;
  });
  const result = new Float64Array(
    levels.reduce((sum, level, i) => sum + level.motifs * edgesOf(level) * below[i]!, 0),
  );
  let [used, end] = [new Set([0]), result.length];
  for (let level = levels.length - 1; level >= 0; level--) {
    const width = edgesOf(levels[level]!) * below[level]!;
    end -= levels[level]!.motifs * width;
    const edges = [...used].flatMap((motif) =>
      live[level]![motif]!.map((edge) => ({ ...edge, start: end + motif * width })),
    );
    for (const { start, from, to, motif } of edges)
      result[start + placeOf(from, to) * below[level]! + motif] = 1;
    used = new Set(edges.map(({ motif }) => motif));
  }
  return result;
}

/** Primitives of the longest paths that have an indicator. */
const longestPath = 4;

/** Sequences of primitives other than the identity, from the cell's source to its sink. */
export function pathEncoding({ primitives, identity }: MotifSettings, cell: MotifCell): Float64Array {
  const names = primitives.filter((name) => name !== identity);
  const columns = primitives.map((name) => (name === identity ? undefined : names.indexOf(name)));
  const { nodes, sink } = flatten(cell);
  const edges = nodes.flatMap(({ inputs }, i) =>
    inputs.map(({ from, primitive }) => ({
      from,
      to: i + 1,
      operation: primitive === undefined ? undefined : columns[primitive],
    })),
  );
  return pathIndicators(edges, 0, new Set(sink === undefined ? [] : [sink]), names.length, longestPath);
}
