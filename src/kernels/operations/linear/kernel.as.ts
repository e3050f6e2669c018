// Linear layer: matrix products over a few rows. See definition.ts for the formulas.
import { integer, pointer } from '../../wasm/assembly/elements.as.ts';
import { pointwise, pointwiseWeights, transpose } from '../../wasm/assembly/pointwise.as.ts';

/** args: x, bytes a row of x, weight, Cin, lanes of y, bias, y, rows, rows a chunk. */
export function linearForward(args: usize, chunk: i32): void {
  const xRow = integer(args, 1);
  const lanes = integer(args, 4);
  const yRow = lanes << 2;
  const perChunk = integer(args, 8);
  const first = chunk * perChunk;
  const count = min(perChunk, integer(args, 7) - first);
  const x = pointer(args, 0) + first * xRow;
  const y = pointer(args, 6) + first * yRow;
  for (let n = 0; n < count; n++) memory.copy(y + n * yRow, pointer(args, 5), yRow);
  pointwise(x, xRow, pointer(args, 2), yRow, integer(args, 3), lanes, y, yRow, 64, count, true);
}

/** args: weight, bytes a row, Cin, Cout, transposed, bytes a row, bytes of it. A chunk. */
export function linearTranspose(args: usize, chunk: i32): void {
  const to = pointer(args, 4);
  memory.fill(to, 0, integer(args, 6));
  transpose(pointer(args, 0), integer(args, 1), integer(args, 2), integer(args, 3), to, integer(args, 5));
}

/** args: dy, bytes a row of dy, transposed, Cout, lanes of dx, dx, rows, rows a chunk, accumulate. */
export function linearInput(args: usize, chunk: i32): void {
  const dyRow = integer(args, 1);
  const lanes = integer(args, 4);
  const dxRow = lanes << 2;
  const perChunk = integer(args, 7);
  const first = chunk * perChunk;
  const count = min(perChunk, integer(args, 6) - first);
  const dy = pointer(args, 0) + first * dyRow;
  const dx = pointer(args, 5) + first * dxRow;
  const add = integer(args, 8) != 0;
  pointwise(dy, dyRow, pointer(args, 2), dxRow, integer(args, 3), lanes, dx, dxRow, 64, count, add);
}

/** args: x, lanes of x, dy, lanes of dy, rows, rows a chunk, partials. Partial: [lanes of x + 1, lanes of dy]. */
export function linearWeights(args: usize, chunk: i32): void {
  const xLanes = integer(args, 1);
  const lanes = integer(args, 3);
  const row = lanes << 2;
  const perChunk = integer(args, 5);
  const first = chunk * perChunk;
  const count = min(perChunk, integer(args, 4) - first);
  const x = pointer(args, 0) + ((first * xLanes) << 2);
  const dy = pointer(args, 2) + first * row;
  const bytes = (xLanes + 1) * row;
  const partial = pointer(args, 6) + chunk * bytes;
  memory.fill(partial, 0, bytes);
  pointwiseWeights(x, xLanes << 2, dy, row, partial, row, xLanes, lanes, count);
  // The last row: the sum of dy, the bias's gradient.
  const bias = partial + xLanes * row;
  for (let n = 0; n < count; n++) {
    for (let o = 0; o < row; o += 16) {
      v128.store(bias + o, f32x4.add(v128.load(bias + o), v128.load(dy + n * row + o)));
    }
  }
}
