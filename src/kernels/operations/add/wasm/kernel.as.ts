// Sums, four elements at a time. See definition.ts for the formulas.
import { chunkEnd, chunkStart, integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: y, elements, count, then the addresses of the summands. */
export function addForward(args: usize, chunk: i32): void {
  const y = pointer(args, 0);
  const end = chunkEnd(chunk, integer(args, 1));
  const count = integer(args, 2);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    let sum = v128.load(pointer(args, 3) + at);
    for (let i = 1; i < count; i++) sum = f32x4.add(sum, v128.load(pointer(args, 3 + i) + at));
    v128.store(y + at, sum);
  }
}

/** args: dy, dx, elements, accumulate. */
export function addBackward(args: usize, chunk: i32): void {
  const dy = pointer(args, 0);
  const dx = pointer(args, 1);
  const end = chunkEnd(chunk, integer(args, 2));
  const accumulate = integer(args, 3);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    let gradient = v128.load(dy + at);
    if (accumulate) gradient = f32x4.add(v128.load(dx + at), gradient);
    v128.store(dx + at, gradient);
  }
}
