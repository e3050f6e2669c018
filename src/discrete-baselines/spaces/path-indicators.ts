// Path encodings of any graph (White et al. 2021, section 3): which sequences of operations lead from its source to an
// output.

export interface PathEdge {
  readonly from: number;
  readonly to: number;
  /** Undefined: passes what it gets, and adds nothing to a sequence. */
  readonly operation: number | undefined;
}

/** Sequences of 1 to `length` operations. */
function sequences(operations: number, length: number): number {
  let total = 0;
  for (let i = 1; i <= length; i++) total += operations ** i;
  return total;
}

/**
 * Indicators of all sequences of 1 to `longest` operations, by length: 1 where a path from `source` to an output carries
 * that sequence. Longer paths are left out, as in the paper's truncated encoding.
 */
export function pathIndicators(
  edges: readonly PathEdge[],
  source: number,
  outputs: ReadonlySet<number>,
  operations: number,
  longest: number,
): Float64Array {
  const result = new Float64Array(sequences(operations, longest));
  const known = new Set<string>();
  /** `code`: the sequence so far, as a number to the base of operations. */
  const follow = (state: number, length: number, code: number): void => {
    const place = `${state} ${length} ${code}`;
    if (length > longest || known.has(place)) return;
    known.add(place);
    if (length > 0 && outputs.has(state)) result[sequences(operations, length - 1) + code] = 1;
    for (const { from, to, operation } of edges) {
      if (from !== state) continue;
      if (operation === undefined) follow(to, length, code);
      else follow(to, length + 1, code * operations + operation);
    }
  };
  follow(source, 0, 0);
  return result;
}

/** One after the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}
