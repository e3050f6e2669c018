// Channels of images in any order, one by one. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/**
 * args: to, bytes a pixel of it, channels of it, pixels, pixels a chunk, add; then by channel: address of that channel
 * at the first pixel (0: none, a zero) and bytes from pixel to pixel.
 */
export function selectChannels(args: usize, chunk: i32): void {
  const to = pointer(args, 0);
  const pixel = integer(args, 1);
  const channels = integer(args, 2);
  const begin = chunk * integer(args, 4);
  const end = min(begin + integer(args, 4), integer(args, 3));
  const accumulate = integer(args, 5);
  for (let c = 0; c < pixel >> 2; c++) {
    const first = c < channels ? pointer(args, 6 + 2 * c) : 0;
    const step = c < channels ? integer(args, 7 + 2 * c) : 0;
    let from = first + <usize>begin * step;
    let at = to + <usize>begin * pixel + (c << 2);
    for (let p = begin; p < end; p++) {
      const value: f32 = first ? load<f32>(from) : 0;
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
      from += step;
      at += pixel;
    }
  }
}
