// Cholesky factors and triangular solves of dense float64 matrices, stored by rows. Nothing here pivots: a matrix that
// is not positive definite is told by the answer, and the caller decides what to add to its diagonal.

/** Lower triangle L with A = L Lᵀ, of size n x n by rows; what is above the diagonal is zero. */
export interface Factor {
  readonly size: number;
  readonly lower: Float64Array;
}

/** The factor of a symmetric matrix of which the lower triangle is read, or undefined if it is not positive definite. */
export function cholesky(matrix: Float64Array, size: number): Factor | undefined {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const rowI = i * size;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * size;
      const rest = matrix[rowI + j]! - dotRows(lower, rowI, rowJ, j);
      if (i !== j) lower[rowI + j] = rest / lower[rowJ + j]!;
      else if (rest > 0) lower[rowI + i] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return { size, lower };
}

/** Sum of a[from + k] * a[to + k], k below length; four sums in turn, so the order is fixed and the adds overlap. */
function dotRows(a: Float64Array, from: number, to: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += a[from + k]! * a[to + k]!;
    s1 += a[from + k + 1]! * a[to + k + 1]!;
    s2 += a[from + k + 2]! * a[to + k + 2]!;
    s3 += a[from + k + 3]! * a[to + k + 3]!;
  }
  for (; k < length; k++) s0 += a[from + k]! * a[to + k]!;
  return s0 + s1 + (s2 + s3);
}

/** x with L x = b, for one vector of length n. */
export function solveLower({ size, lower }: Factor, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    let rest = x[i]!;
    for (let k = 0; k < i; k++) rest -= lower[row + k]! * x[k]!;
    x[i] = rest / lower[row + i]!;
  }
  return x;
}

/** x with Lᵀ x = b. */
function solveUpper({ size, lower }: Factor, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size;
    const value = x[i]! / lower[row + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] = x[k]! - lower[row + k]! * value;
  }
  return x;
}

/** x with L Lᵀ x = b. */
export function solve(factor: Factor, b: Float64Array): Float64Array {
  return solveUpper(factor, solveLower(factor, b));
}

/** Columns solved together by `solveLowerColumns`: the block stays in the first cache. */
const blockOfColumns = 32;

/** X with L X = B for `count` right-hand sides, [n, count] by rows. */
export function solveLowerColumns({ size, lower }: Factor, b: Float64Array, count: number): Float64Array {
  const x = Float64Array.from(b);
  for (let start = 0; start < count; start += blockOfColumns) {
    const end = Math.min(start + blockOfColumns, count);
    for (let i = 0; i < size; i++) {
      const rowI = i * count;
      for (let k = 0; k < i; k++) {
        const factor = lower[i * size + k]!;
        if (factor === 0) continue;
        const rowK = k * count;
        for (let c = start; c < end; c++) x[rowI + c] = x[rowI + c]! - factor * x[rowK + c]!;
      }
      const inverse = 1 / lower[i * size + i]!;
      for (let c = start; c < end; c++) x[rowI + c] = x[rowI + c]! * inverse;
    }
  }
  return x;
}

/** log det A = 2 sum log L_ii. */
export function logDeterminant({ size, lower }: Factor): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.log(lower[i * size + i]!);
  return 2 * sum;
}
