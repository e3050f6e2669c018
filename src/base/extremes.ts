// Min and max of any number of values: `Math.max(...values)` overflows the stack at some 120,000 arguments.

/** Infinity where there are none. */
export function minOf(values: Iterable<number>): number {
  let min = Infinity;
  for (const value of values) min = Math.min(min, value);
  return min;
}

/** -Infinity where there are none. */
export function maxOf(values: Iterable<number>): number {
  let max = -Infinity;
  for (const value of values) max = Math.max(max, value);
  return max;
}
