// Linear layer: matrix products. A weight's gradient is summed in float32 over at most 64 rows, then in double. See
// definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { pointwise, pointwiseWeights, setMatrix, transpose } from '../../../wasm/assembly/pointwise.as.ts';
import { scratch } from '../../../wasm/assembly/scratch.as.ts';

/**
 * args: x, bytes a row of x, matrix, its rows, lanes of y, bias or 0, y, rows, rows a chunk, lanes a chunk, add. Chunks
 * that read the same lanes of the matrix follow each other.
 */
export function linearProduct(args: usize, chunk: i32): void {
  const xRow = integer(args, 1);
  const lanes = integer(args, 4);
  const yRow = lanes << 2;
  const bias = pointer(args, 5);
  const rows = integer(args, 7);
  const perChunk = integer(args, 8);
  const rowChunks = (rows + perChunk - 1) / perChunk;
  const left = (chunk / rowChunks) * integer(args, 9);
  const first = (chunk % rowChunks) * perChunk;
  const width = min(integer(args, 9), lanes - left);
  const count = min(perChunk, rows - first);
  const x = pointer(args, 0) + <usize>first * xRow;
  const y = pointer(args, 6) + <usize>first * yRow + (left << 2);
  const matrix = pointer(args, 2) + (left << 2);
  if (bias) {
    for (let n = 0; n < count; n++) memory.copy(y + n * yRow, bias + (left << 2), width << 2);
  }
  const add = bias != 0 || integer(args, 10) != 0;
  setMatrix(matrix, yRow, integer(args, 3), width);
  pointwise(x, xRow, y, yRow, 64, count, add);
}

/** args: matrix, bytes a row, its rows, its lanes, transposed, bytes a row, rows of it a chunk. */
export function linearTranspose(args: usize, chunk: i32): void {
  const toRow = integer(args, 5);
  const perChunk = integer(args, 6);
  const first = chunk * perChunk;
  const count = min(perChunk, integer(args, 3) - first);
  const to = pointer(args, 4) + <usize>first * toRow;
  memory.fill(to, 0, count * toRow);
  transpose(pointer(args, 0) + (first << 2), integer(args, 1), integer(args, 2), count, to, toRow);
}

/** Rows that a float32 accumulator takes in before it is added to one in double. */
const RUN: i32 = 64;

/** Adds float32 values to as many in double. */
function addInDouble(from: usize, lanes: i32, sums: usize): void {
  for (let i = 0; i < lanes; i += 4) {
    const value = v128.load(from + (i << 2));
    const sum = sums + (i << 3);
    const high = v128.shuffle<i32>(value, value, 2, 3, 2, 3);
    v128.store(sum, f64x2.add(v128.load(sum), f64x2.promote_low_f32x4(value)));
    v128.store(sum, f64x2.add(v128.load(sum, 16), f64x2.promote_low_f32x4(high)), 16);
  }
}

/** to (+)= sums, from double to float32. */
function storeSums(sums: usize, lanes: i32, to: usize, add: bool): void {
  for (let i = 0; i < lanes; i += 4) {
    const sum = sums + (i << 3);
    const left = f32x4.demote_f64x2_zero(v128.load(sum));
    const right = f32x4.demote_f64x2_zero(v128.load(sum, 16));
    const value = v128.shuffle<i32>(left, right, 0, 1, 4, 5);
    const at = to + (i << 2);
    v128.store(at, add ? f32x4.add(v128.load(at), value) : value);
  }
}

/**
 * args: dweight, its rows, rows a chunk, lanes of a, lanes of b, add, inputs, then by input: a, b, their rows.
 * dweight = sum over inputs of a^T * b; b has the weight's lanes.
 */
export function linearWeights(args: usize, chunk: i32): void {
  const perChunk = integer(args, 2);
  const aRow = integer(args, 3) << 2;
  const lanes = integer(args, 4);
  const row = lanes << 2;
  const first = chunk * perChunk;
  const height = min(perChunk, integer(args, 1) - first);
  const some = (height + 3) & ~3;
  const partial = scratch;
  const sums = scratch + perChunk * row;
  memory.fill(sums, 0, some * (row << 1));
  let input = args + 28;
  for (let k = integer(args, 6); k > 0; k--) {
    const rows = integer(input, 2);
    for (let n = 0; n < rows; n += RUN) {
      memory.fill(partial, 0, some * row);
      const a = pointer(input, 0) + <usize>n * aRow + (first << 2);
      const b = pointer(input, 1) + <usize>n * row;
      pointwiseWeights(a, aRow, b, row, partial, row, some, lanes, min(RUN, rows - n));
      addInDouble(partial, some * lanes, sums);
    }
    input += 12;
  }
  storeSums(sums, height * lanes, pointer(args, 0) + <usize>first * row, integer(args, 5) != 0);
}

/** args: dbias, its lanes, lanes a chunk, add, inputs, then by input: dy, rows. */
export function linearBias(args: usize, chunk: i32): void {
  const lanes = integer(args, 1);
  const first = chunk * integer(args, 2);
  const width = min(integer(args, 2), lanes - first);
  const partial = scratch;
  const sums = scratch + (integer(args, 2) << 2);
  memory.fill(sums, 0, width << 3);
  let input = args + 20;
  for (let k = integer(args, 4); k > 0; k--) {
    const rows = integer(input, 1);
    let dy = pointer(input, 0) + (first << 2);
    for (let n = 0; n < rows; n += RUN) {
      memory.fill(partial, 0, width << 2);
      for (let i = min(RUN, rows - n); i > 0; i--) {
        for (let o: usize = 0; o < <usize>width << 2; o += 16) {
          v128.store(partial + o, f32x4.add(v128.load(partial + o), v128.load(dy + o)));
        }
        dy += lanes << 2;
      }
      addInDouble(partial, width, sums);
    }
    input += 8;
  }
  storeSums(sums, width, pointer(args, 0) + (first << 2), integer(args, 3) != 0);
}
