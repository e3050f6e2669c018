// ReLU, four elements at a time. See definition.ts for the formulas.
import { chunkEnd, chunkStart, integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: x, y, elements. */
export function reluForward(args: usize, chunk: i32): void {
  const x = pointer(args, 0);
  const y = pointer(args, 1);
  const end = chunkEnd(chunk, integer(args, 2));
  for (let at = chunkStart(chunk); at < end; at += 16) {
    // pmax(0, x) is 0 < x ? x : 0, so that NaN becomes 0 as in the reference.
    v128.store(y + at, f32x4.pmax(f32x4.splat(0), v128.load(x + at)));
  }
}

/** args: x, dy, dx, elements, accumulate. */
export function reluBackward(args: usize, chunk: i32): void {
  const x = pointer(args, 0);
  const dy = pointer(args, 1);
  const dx = pointer(args, 2);
  const end = chunkEnd(chunk, integer(args, 3));
  const accumulate = integer(args, 4);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    const open = f32x4.gt(v128.load(x + at), f32x4.splat(0));
    let gradient = v128.and(open, v128.load(dy + at));
    if (accumulate) gradient = f32x4.add(v128.load(dx + at), gradient);
    v128.store(dx + at, gradient);
  }
}
