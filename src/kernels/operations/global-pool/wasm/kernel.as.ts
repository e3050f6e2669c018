// Global average pool. A chunk is an image. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** Pixels that a float32 accumulator takes in before it is added to one in double. */
const RUN: i32 = 256;

/** args: y, bytes a row of y, pixels of an image, count, then by input: address, bytes a pixel, channels. */
export function globalPoolForward(args: usize, chunk: i32): void {
  const pixels = integer(args, 2);
  const count = integer(args, 3);
  let to = pointer(args, 0) + chunk * integer(args, 1);
  const stop = to + integer(args, 1);
  for (let i = 0; i < count; i++) {
    const pixel = integer(args, 5 + i * 3);
    const channels = integer(args, 6 + i * 3);
    const image = pointer(args, 4 + i * 3) + <usize>chunk * pixels * pixel;
    for (let c = 0; c < channels; c += 4) {
      let low = f64x2.splat(0);
      let high = low;
      let from = image + (c << 2);
      for (let start = 0; start < pixels; start += RUN) {
        let sum = f32x4.splat(0);
        for (let p = min(RUN, pixels - start); p > 0; p--) {
          sum = f32x4.add(sum, v128.load(from));
          from += pixel;
        }
        low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(sum, sum, 2, 3, 2, 3)));
      }
      // Where an input begins need not be a multiple of 4 in y.
      store<f32>(to, <f32>(f64x2.extract_lane(low, 0) / <f64>pixels));
      if (c + 1 < channels) store<f32>(to + 4, <f32>(f64x2.extract_lane(low, 1) / <f64>pixels));
      if (c + 2 < channels) store<f32>(to + 8, <f32>(f64x2.extract_lane(high, 0) / <f64>pixels));
      if (c + 3 < channels) store<f32>(to + 12, <f32>(f64x2.extract_lane(high, 1) / <f64>pixels));
      to += min(4, channels - c) << 2;
    }
  }
  for (; to < stop; to += 4) store<f32>(to, 0);
}

/** args: dy (at its first channel), bytes a row of dy, pixels of an image, dx, bytes a pixel, channels, accumulate. */
export function globalPoolBackward(args: usize, chunk: i32): void {
  const dy = pointer(args, 0) + chunk * integer(args, 1);
  const pixels = integer(args, 2);
  const pixel = integer(args, 4);
  const channels = integer(args, 5);
  const accumulate = integer(args, 6);
  const image = pointer(args, 3) + <usize>chunk * pixels * pixel;
  for (let c = 0; c < channels; c += 4) {
    const from = dy + (c << 2);
    let share = f32x4.splat(load<f32>(from));
    share = f32x4.replace_lane(share, 1, c + 1 < channels ? load<f32>(from, 4) : 0);
    share = f32x4.replace_lane(share, 2, c + 2 < channels ? load<f32>(from, 8) : 0);
    share = f32x4.replace_lane(share, 3, c + 3 < channels ? load<f32>(from, 12) : 0);
    share = f32x4.div(share, f32x4.splat(<f32>pixels));
    let to = image + (c << 2);
    for (let p = 0; p < pixels; p++) {
      v128.store(to, accumulate ? f32x4.add(v128.load(to), share) : share);
      to += pixel;
    }
  }
}
