// Rows of a table, four elements at a time. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: table, its rows, channels, bytes a row, indices, bytes a row of indices, y, rows, rows a chunk. */
export function embeddingForward(args: usize, chunk: i32): void {
  const channels = integer(args, 2);
  const row = integer(args, 3);
  const perChunk = integer(args, 8);
  const end = min((chunk + 1) * perChunk, integer(args, 7));
  for (let n = chunk * perChunk; n < end; n++) {
    const index = load<f32>(pointer(args, 4) + n * integer(args, 5));
    const to = pointer(args, 6) + <usize>n * row;
    if (index >= 0 && index < <f32>integer(args, 1)) memory.copy(to, pointer(args, 0) + <usize>index * row, row);
    else {
      memory.fill(to, 0, row);
      for (let c = 0; c < channels; c++) store<f32>(to + (c << 2), NaN);
    }
  }
}

/**
 * args: dtable, its rows, lanes, lanes a chunk, indices, bytes a row of indices, dy, rows. A chunk has lanes of its own,
 * so that rows are added in their order.
 */
export function embeddingBackward(args: usize, chunk: i32): void {
  const row = integer(args, 2) << 2;
  const first = (chunk * integer(args, 3)) << 2;
  const end = min(first + (integer(args, 3) << 2), row);
  const rows = integer(args, 7);
  for (let n = 0; n < rows; n++) {
    const index = load<f32>(pointer(args, 4) + n * integer(args, 5));
    // So that NaN, which no number is, is none either.
    if (!(index >= 0 && index < <f32>integer(args, 1))) continue;
    const to = pointer(args, 0) + <usize>index * row;
    const dy = pointer(args, 6) + <usize>n * row;
    for (let at = first; at < end; at += 16) {
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(dy + at)));
    }
  }
}
