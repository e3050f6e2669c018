// Concatenation along channels. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: y, bytes a pixel of y, pixels, pixels a chunk, count, then by input: address, bytes a pixel, channels. */
export function concatForward(args: usize, chunk: i32): void {
  const pixel = integer(args, 1);
  const begin = chunk * integer(args, 3);
  const end = min(begin + integer(args, 3), integer(args, 2));
  const count = integer(args, 4);
  for (let p = begin; p < end; p++) {
    let to = pointer(args, 0) + <usize>p * pixel;
    const stop = to + pixel;
    for (let i = 0; i < count; i++) {
      let from = pointer(args, 5 + i * 3) + <usize>p * integer(args, 6 + i * 3);
      let left = integer(args, 7 + i * 3);
      for (; left >= 4; left -= 4) {
        v128.store(to, v128.load(from));
        from += 16;
        to += 16;
      }
      for (; left > 0; left--) {
        store<f32>(to, load<f32>(from));
        from += 4;
        to += 4;
      }
    }
    for (; to < stop; to += 4) store<f32>(to, 0);
  }
}

/** args: dy (at its first channel), bytes a pixel of dy, pixels, pixels a chunk, dx, bytes a pixel, channels, add. */
export function concatBackward(args: usize, chunk: i32): void {
  const begin = chunk * integer(args, 3);
  const end = min(begin + integer(args, 3), integer(args, 2));
  const pixel = integer(args, 5);
  const channels = integer(args, 6);
  const accumulate = integer(args, 7);
  for (let p = begin; p < end; p++) {
    const from = pointer(args, 0) + <usize>p * integer(args, 1);
    const to = pointer(args, 4) + <usize>p * pixel;
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const at = to + (c << 2);
      let value = v128.load(from + (c << 2));
      if (accumulate) value = f32x4.add(v128.load(at), value);
      v128.store(at, value);
    }
    for (; c < channels; c++) {
      const at = to + (c << 2);
      const value = load<f32>(from + (c << 2));
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
    for (; c << 2 < pixel; c++) store<f32>(to + (c << 2), 0);
  }
}
