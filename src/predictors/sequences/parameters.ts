// Matrices of a model side by side in one flat array, and their gradients in another: what an optimizer steps over.

import type { Random } from '../../base/random.ts';
import { addProduct, transposed } from './matrix.ts';

/** Views; row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly gradient: Float64Array;
}

interface Parameters<K extends string> {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly matrices: Readonly<Record<K, Matrix>>;
}

/** Zeros, of [rows, columns] by name. */
export function parametersOf<K extends string>(
  shapes: Readonly<Record<K, readonly [rows: number, columns: number]>>,
): Parameters<K> {
  const named = Object.entries(shapes) as [K, readonly [number, number]][];
  const size = named.reduce((sum, [, [rows, columns]]) => sum + rows * columns, 0);
  const [values, gradient] = [new Float64Array(size), new Float64Array(size)];
  let at = 0;
  const matrices = named.map(([name, [rows, columns]]) => {
    const end = at + rows * columns;
    const matrix = { rows, columns, values: values.subarray(at, end), gradient: gradient.subarray(at, end) };
    at = end;
    return [name, matrix];
  });
  return { values, gradient, matrices: Object.fromEntries(matrices) as Record<K, Matrix> };
}

/** Uniform within 1 / sqrt(`inputs`) of 0. */
export function fillUniform({ values }: Matrix, inputs: number, random: Random): void {
  const most = 1 / Math.sqrt(inputs);
  for (let i = 0; i < values.length; i++) values[i] = most * (2 * random.uniform() - 1);
}

export function fillNormal({ values }: Matrix, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i] = random.normal();
}

/** y[n, rows] += x[n, columns] wᵀ (+ bias in every row) */
export function linear(
  w: Matrix,
  bias: Matrix | undefined,
  x: Float64Array,
  n: number,
  y: Float64Array,
): void {
  addProduct(x, w.values, y, n, w.rows, w.columns);
  if (bias === undefined) return;
  for (let i = 0; i < y.length; i += w.rows) {
    for (let j = 0; j < w.rows; j++) y[i + j]! += bias.values[j]!;
  }
}

/** dw += dyᵀ x, dbias += the sum of dy's rows. */
export function linearWeights(
  w: Matrix,
  bias: Matrix | undefined,
  x: Float64Array,
  dy: Float64Array,
  n: number,
): void {
  addProduct(transposed(dy, n, w.rows), transposed(x, n, w.columns), w.gradient, w.rows, w.columns, n);
  if (bias === undefined) return;
  for (let i = 0; i < dy.length; i += w.rows) {
    for (let j = 0; j < w.rows; j++) bias.gradient[j]! += dy[i + j]!;
  }
}

/** dx[n, columns] += dy[n, rows] w */
export function linearInputs(w: Matrix, dy: Float64Array, n: number, dx: Float64Array): void {
  addProduct(dy, transposed(w.values, w.rows, w.columns), dx, n, w.columns, w.rows);
}

/** Scales the gradient down to a norm of at most `most` (Pascanu et al. 2013). */
export function clipNorm(gradient: Float64Array, most: number): void {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i]! ** 2;
  const norm = Math.sqrt(squares);
  if (norm <= most) return;
  for (let i = 0; i < gradient.length; i++) gradient[i]! *= most / norm;
}
