// Drop path, four elements at a time. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: from, to, bytes an image, the first image's factor, bytes to the next one's, accumulate. A chunk an image. */
export function dropPathScale(args: usize, chunk: i32): void {
  const image = integer(args, 2);
  const from = pointer(args, 0) + <usize>chunk * image;
  const to = pointer(args, 1) + <usize>chunk * image;
  const factor = v128.load_splat<f32>(pointer(args, 3) + <usize>chunk * integer(args, 4));
  const accumulate = integer(args, 5);
  for (let at = 0; at < image; at += 16) {
    let value = f32x4.mul(factor, v128.load(from + at));
    if (accumulate) value = f32x4.add(v128.load(to + at), value);
    v128.store(to + at, value);
  }
}
