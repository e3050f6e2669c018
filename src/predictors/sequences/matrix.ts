// Matrix products in plain float64, four rows and two columns at a time: the models of sequences spend their time here.

/** c[m, n] += a[m, k] b[n, k]ᵀ, all row by row. */
export function addProduct(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  m: number,
  n: number,
  k: number,
): void {
  const [rows, columns] = [m - (m % 4), n - (n % 2)];
  for (let i = 0; i < rows; i += 4) {
    const [a0, a1, a2, a3] = [i * k, (i + 1) * k, (i + 2) * k, (i + 3) * k];
    for (let j = 0; j < columns; j += 2) {
      const b0 = j * k;
      const b1 = b0 + k;
      let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let p = 0; p < k; p++) {
        const y0 = b[b0 + p]!;
        const y1 = b[b1 + p]!;
        const x0 = a[a0 + p]!;
        const x1 = a[a1 + p]!;
        const x2 = a[a2 + p]!;
        const x3 = a[a3 + p]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s20 += x2 * y0;
        s21 += x2 * y1;
        s30 += x3 * y0;
        s31 += x3 * y1;
      }
      const at = i * n + j;
      c[at]! += s00;
      c[at + 1]! += s01;
      c[at + n]! += s10;
      c[at + n + 1]! += s11;
      c[at + 2 * n]! += s20;
      c[at + 2 * n + 1]! += s21;
      c[at + 3 * n]! += s30;
      c[at + 3 * n + 1]! += s31;
    }
    if (columns < n) addRowByRow(a, b, c, i, i + 4, columns, n, k);
  }
  addRowByRow(a, b, c, rows, m, 0, n, k);
}

/** What blocks leave over: rows from `i0` to before `i1`, columns from `j0` on, four at a time. */
function addRowByRow(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  i0: number,
  i1: number,
  j0: number,
  n: number,
  k: number,
): void {
  for (let i = i0; i < i1; i++) {
    const row = i * k;
    let j = j0;
    for (; j + 4 <= n; j += 4) {
      const b0 = j * k;
      const b1 = b0 + k;
      const b2 = b1 + k;
      const b3 = b2 + k;
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let p = 0; p < k; p++) {
        const x = a[row + p]!;
        s0 += x * b[b0 + p]!;
        s1 += x * b[b1 + p]!;
        s2 += x * b[b2 + p]!;
        s3 += x * b[b3 + p]!;
      }
      const at = i * n + j;
      c[at]! += s0;
      c[at + 1]! += s1;
      c[at + 2]! += s2;
      c[at + 3]! += s3;
    }
    for (; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[row + p]! * b[j * k + p]!;
      c[i * n + j]! += sum;
    }
  }
}

export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j]!;
  }
  return result;
}
