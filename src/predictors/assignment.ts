// The cheapest one-to-one assignment of rows to columns (Kuhn 1955, "The Hungarian method"), in the O(n^2 m) form with
// potentials: rows are added one by one along a shortest augmenting path.

/** The column of each row; `cost[row][column]`, with at least as many columns as rows. */
export function assign(cost: readonly (readonly number[])[]): readonly number[] {
  const rows = cost.length;
  const columns = cost[0]?.length ?? 0;
  if (columns < rows) throw new RangeError(`${rows} rows and only ${columns} columns`);
  // Numbered from 1; row and column 0 stand for "free".
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    const reach = new Float64Array(columns + 1).fill(Infinity);
    const before = new Int32Array(columns + 1);
    const done = new Uint8Array(columns + 1);
    rowOf[0] = row;
    let column = 0;
    while (rowOf[column] !== 0) {
      done[column] = 1;
      const from = rowOf[column]!;
      let step = Infinity;
      let next = 0;
      for (let c = 1; c <= columns; c++) {
        if (done[c] === 1) continue;
        const reduced = cost[from - 1]![c - 1]! - rowPotential[from]! - columnPotential[c]!;
        if (reduced < reach[c]!) {
          reach[c] = reduced;
          before[c] = column;
        }
        if (reach[c]! < step) {
          step = reach[c]!;
          next = c;
        }
      }
      for (let c = 0; c <= columns; c++) {
        if (done[c] === 1) {
          rowPotential[rowOf[c]!]! += step;
          columnPotential[c]! -= step;
        } else reach[c]! -= step;
      }
      column = next;
    }
    for (; column !== 0; column = before[column]!) rowOf[column] = rowOf[before[column]!]!;
  }
  const result = Array.from({ length: rows }, () => 0);
  for (let c = 1; c <= columns; c++) if (rowOf[c]! > 0) result[rowOf[c]! - 1] = c - 1;
  return result;
}
