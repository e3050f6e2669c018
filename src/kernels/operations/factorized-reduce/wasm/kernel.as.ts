// Factorized reduce: every second pixel of every second row times a matrix, twice, the second from the shifted
// pixels. The matrices are widened to all output channels, zero where the other one has its own, so that any C
// works in whole vectors. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { pointwise, pointwiseWeights, setMatrix } from '../../../wasm/assembly/pointwise.as.ts';

// Geometry words that open the arguments of the stages over pixels, as globals of this thread.
let height: i32 = 0;
let width: i32 = 0;
let outHeight: i32 = 0;
let outWidth: i32 = 0;
let xLanes: i32 = 0;
let yLanes: i32 = 0;
let inputs: i32 = 0;
let outputs: i32 = 0;
const REST: i32 = 8;
/** Bytes of a pixel of x, and of y. */
let xPixel: i32 = 0;
let yPixel: i32 = 0;

function readGeometry(args: usize): void {
  height = integer(args, 0);
  width = integer(args, 1);
  outHeight = integer(args, 2);
  outWidth = integer(args, 3);
  xLanes = integer(args, 4);
  yLanes = integer(args, 5);
  inputs = integer(args, 6);
  outputs = integer(args, 7);
  xPixel = xLanes << 2;
  yPixel = yLanes << 2;
}

/**
 * args: first, second, bytes of their rows, Cin, columns of each, lanes of x, lanes of y, matrices. A chunk for each:
 * matrix [lanes of x, lanes of y] and, after both, its transpose.
 */
export function reduceMatrices(args: usize, chunk: i32): void {
  const weight = pointer(args, chunk);
  const weightRow = integer(args, 2);
  const inputs = integer(args, 3);
  const columns = integer(args, 4);
  const xLanes = integer(args, 5);
  const yLanes = integer(args, 6);
  const bytes = (xLanes * yLanes) << 2;
  const matrix = pointer(args, 7) + chunk * bytes;
  const transposed = matrix + 2 * bytes;
  const shift = chunk * columns;
  memory.fill(matrix, 0, bytes);
  memory.fill(transposed, 0, bytes);
  for (let c = 0; c < inputs; c++) {
    for (let o = 0; o < columns; o++) {
      const value = load<f32>(weight + c * weightRow + (o << 2));
      store<f32>(matrix + ((c * yLanes + shift + o) << 2), value);
      store<f32>(transposed + (((shift + o) * xLanes + c) << 2), value);
    }
  }
}

/** args: geometry, x, matrices, y. A chunk: one row of y. */
export function reduceForward(args: usize, chunk: i32): void {
  readGeometry(args);
  const image = chunk / outHeight;
  const row = (chunk % outHeight) << 1;
  const x = pointer(args, REST) + (image * height + row) * width * xPixel;
  const matrix = pointer(args, REST + 1);
  const y = pointer(args, REST + 2) + <usize>chunk * outWidth * yPixel;
  setMatrix(matrix, yPixel, inputs, yLanes);
  pointwise(x, 2 * xPixel, y, yPixel, 64, outWidth, false);
  if (row + 1 >= height) return;
  const shifted = x + (width + 1) * xPixel;
  setMatrix(matrix + xLanes * yPixel, yPixel, inputs, yLanes);
  pointwise(shifted, 2 * xPixel, y, yPixel, 64, width >> 1, true);
}

/** args: geometry, dy, transposed matrices, dx, accumulate. A chunk: one row of dx. */
export function reduceInput(args: usize, chunk: i32): void {
  readGeometry(args);
  const image = chunk / height;
  const odd = (chunk % height) & 1;
  const row = (chunk % height) >> 1;
  const dy = pointer(args, REST) + (image * outHeight + row) * outWidth * yPixel;
  const matrix = pointer(args, REST + 1) + odd * xLanes * yPixel;
  const dx = pointer(args, REST + 2) + <usize>chunk * width * xPixel;
  if (!integer(args, REST + 3)) memory.fill(dx, 0, width * xPixel);
  const pixels = (width + 1 - odd) >> 1;
  setMatrix(matrix, xPixel, outputs, xLanes);
  pointwise(dy, yPixel, dx + odd * xPixel, 2 * xPixel, 64, pixels, true);
}

/** args: geometry, x, dy, partials, rows of dy, rows a chunk. Two partials [lanes of x, lanes of y] a chunk. */
export function reduceWeights(args: usize, chunk: i32): void {
  readGeometry(args);
  const bytes = xLanes * yPixel;
  const first = pointer(args, REST + 2) + <usize>chunk * 2 * bytes;
  const second = first + bytes;
  memory.fill(first, 0, 2 * bytes);
  const perChunk = integer(args, REST + 4);
  const end = min((chunk + 1) * perChunk, integer(args, REST + 3));
  for (let line = chunk * perChunk; line < end; line++) {
    const row = (line % outHeight) << 1;
    const x = pointer(args, REST) + ((line / outHeight) * height + row) * width * xPixel;
    const dy = pointer(args, REST + 1) + <usize>line * outWidth * yPixel;
    pointwiseWeights(x, 2 * xPixel, dy, yPixel, first, yPixel, xLanes, yLanes, outWidth);
    if (row + 1 >= height) continue;
    const shifted = x + (width + 1) * xPixel;
    pointwiseWeights(shifted, 2 * xPixel, dy, yPixel, second, yPixel, xLanes, yLanes, width >> 1);
  }
}

/** args: dfirst or 0, dsecond or 0, bytes of their rows, Cin, columns of each, lanes of x, lanes of y, sums. */
export function reduceGradients(args: usize, chunk: i32): void {
  const gradient = pointer(args, chunk);
  if (!gradient) return;
  const row = integer(args, 2);
  const inputs = integer(args, 3);
  const columns = integer(args, 4);
  const yLanes = integer(args, 6);
  const sums = pointer(args, 7) + ((chunk * integer(args, 5) * yLanes + chunk * columns) << 2);
  memory.fill(gradient, 0, inputs * row);
  for (let c = 0; c < inputs; c++) {
    for (let o = 0; o < columns; o++) {
      store<f32>(gradient + c * row + (o << 2), load<f32>(sums + ((c * yLanes + o) << 2)));
    }
  }
}
