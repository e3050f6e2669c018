// Products with a mask, four elements at a time. See definition.ts for the formulas.
import { chunkEnd, chunkStart, integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: from, mask, to, elements, add. */
export function dropoutProduct(args: usize, chunk: i32): void {
  const from = pointer(args, 0);
  const mask = pointer(args, 1);
  const to = pointer(args, 2);
  const end = chunkEnd(chunk, integer(args, 3));
  const add = integer(args, 4);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    let product = f32x4.mul(v128.load(from + at), v128.load(mask + at));
    if (add) product = f32x4.add(v128.load(to + at), product);
    v128.store(to + at, product);
  }
}
