// Sums for batch norm: float32 over at most 256 pixels, then double. Chunks keep [2, pitch] sums in double; stages
// combine them in the order of the chunks.
import { integer, pointer } from './elements.as.ts';

const EPSILON: f64 = 1e-5;
const MAX_PIXELS: i32 = 256;

// @ts-ignore: decorator
@inline
export function addLanes(sums: usize, lanes: v128): void {
  store<f64>(sums, load<f64>(sums) + <f64>f32x4.extract_lane(lanes, 0));
  store<f64>(sums, load<f64>(sums, 8) + <f64>f32x4.extract_lane(lanes, 1), 8);
  store<f64>(sums, load<f64>(sums, 16) + <f64>f32x4.extract_lane(lanes, 2), 16);
  store<f64>(sums, load<f64>(sums, 24) + <f64>f32x4.extract_lane(lanes, 3), 24);
}

export function zero(at: usize, bytes: usize): void {
  const end = at + bytes;
  for (; at < end; at += 16) v128.store(at, f32x4.splat(0));
}

/** Adds x and x^2 over pixels to sums[0, c] and sums[1, c]. pitch in elements, also from pixel to pixel. */
export function addMoments(x: usize, pixels: i32, pitch: i32, sums: usize): void {
  const bytes = pitch << 2;
  while (pixels > 0) {
    const some = min(pixels, MAX_PIXELS);
    let c = 0;
    // Whole lines of 16 channels, read in the order in which they lie.
    for (; c + 64 <= bytes; c += 64) {
      let p = x + c;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
      for (let i = some; i > 0; i--) {
        const v0 = v128.load(p), v1 = v128.load(p, 16), v2 = v128.load(p, 32), v3 = v128.load(p, 48);
        s0 = f32x4.add(s0, v0);
        q0 = f32x4.add(q0, f32x4.mul(v0, v0));
        s1 = f32x4.add(s1, v1);
        q1 = f32x4.add(q1, f32x4.mul(v1, v1));
        s2 = f32x4.add(s2, v2);
        q2 = f32x4.add(q2, f32x4.mul(v2, v2));
        s3 = f32x4.add(s3, v3);
        q3 = f32x4.add(q3, f32x4.mul(v3, v3));
        p += bytes;
      }
      const to = sums + (c << 1);
      const squares = to + (bytes << 1);
      addLanes(to, s0);
      addLanes(to + 32, s1);
      addLanes(to + 64, s2);
      addLanes(to + 96, s3);
      addLanes(squares, q0);
      addLanes(squares + 32, q1);
      addLanes(squares + 64, q2);
      addLanes(squares + 96, q3);
    }
    for (; c < bytes; c += 16) {
      let p = x + c;
      let s0 = f32x4.splat(0), s1 = s0, q0 = s0, q1 = s0;
      let i = some;
      for (; i >= 2; i -= 2) {
        const a = v128.load(p);
        const b = v128.load(p + bytes);
        s0 = f32x4.add(s0, a);
        s1 = f32x4.add(s1, b);
        q0 = f32x4.add(q0, f32x4.mul(a, a));
        q1 = f32x4.add(q1, f32x4.mul(b, b));
        p += bytes << 1;
      }
      if (i > 0) {
        const a = v128.load(p);
        s0 = f32x4.add(s0, a);
        q0 = f32x4.add(q0, f32x4.mul(a, a));
      }
      addLanes(sums + (c << 1), f32x4.add(s0, s1));
      addLanes(sums + ((bytes + c) << 1), f32x4.add(q0, q1));
    }
    x += some * bytes;
    pixels -= some;
  }
}

/** Adds dy and dy * (x - mean) * inverse over pixels to sums[0, c] and sums[1, c]. statistics: [2, pitch], or 0. */
export function addGradients(
  dy: usize,
  x: usize,
  statistics: usize,
  pixels: i32,
  pitch: i32,
  sums: usize,
): void {
  const bytes = pitch << 2;
  while (pixels > 0) {
    const some = min(pixels, MAX_PIXELS);
    for (let c = 0; c < bytes; c += 16) {
      let p = x + c;
      let q = dy + c;
      const mean = statistics ? v128.load(statistics + c) : f32x4.splat(0);
      const inverse = statistics ? v128.load(statistics + bytes + c) : f32x4.splat(1);
      let s0 = f32x4.splat(0), s1 = s0, q0 = s0, q1 = s0;
      let i = some;
      for (; i >= 2; i -= 2) {
        const a = v128.load(q);
        const b = v128.load(q + bytes);
        s0 = f32x4.add(s0, a);
        s1 = f32x4.add(s1, b);
        q0 = f32x4.add(q0, f32x4.mul(a, f32x4.sub(v128.load(p), mean)));
        q1 = f32x4.add(q1, f32x4.mul(b, f32x4.sub(v128.load(p + bytes), mean)));
        p += bytes << 1;
        q += bytes << 1;
      }
      if (i > 0) {
        const a = v128.load(q);
        s0 = f32x4.add(s0, a);
        q0 = f32x4.add(q0, f32x4.mul(a, f32x4.sub(v128.load(p), mean)));
      }
      addLanes(sums + (c << 1), f32x4.add(s0, s1));
      addLanes(sums + ((bytes + c) << 1), f32x4.mul(inverse, f32x4.add(q0, q1)));
    }
    x += some * bytes;
    dy += some * bytes;
    pixels -= some;
  }
}

// @ts-ignore: decorator
@inline
function total(sums: usize, chunks: i32, stride: usize): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < chunks; i++) {
    sum += load<f64>(sums);
    sums += stride;
  }
  return sum;
}

/** args: chunks, pitch, channels, pixels; then by chunk of this stage: sums, statistics [2, C]. */
export function normStatistics(args: usize, chunk: i32): void {
  const chunks = integer(args, 0);
  const pitch = integer(args, 1);
  const channels = integer(args, 2);
  const pixels = <f64>integer(args, 3);
  const sums = pointer(args, 4 + 2 * chunk);
  const statistics = pointer(args, 5 + 2 * chunk);
  const stride = <usize>pitch << 4;
  zero(statistics, <usize>pitch << 3);
  for (let c = 0; c < channels; c++) {
    const mean = total(sums + (c << 3), chunks, stride) / pixels;
    const square = total(sums + ((pitch + c) << 3), chunks, stride) / pixels;
    const variance = max<f64>(0, square - mean * mean);
    store<f32>(statistics + (c << 2), <f32>mean);
    store<f32>(statistics + ((pitch + c) << 2), <f32>(1 / Math.sqrt(variance + EPSILON)));
  }
}

/** args: chunks, pitch; then by chunk of this stage: sums, sumDy [C], sumDyXhat [C]. */
export function normGradientSums(args: usize, chunk: i32): void {
  const chunks = integer(args, 0);
  const pitch = integer(args, 1);
  const sums = pointer(args, 2 + 3 * chunk);
  const sumDys = pointer(args, 3 + 3 * chunk);
  const sumDyXhat = pointer(args, 4 + 3 * chunk);
  const stride = <usize>pitch << 4;
  for (let c = 0; c < pitch; c++) {
    store<f32>(sumDys + (c << 2), <f32>total(sums + (c << 3), chunks, stride));
    store<f32>(sumDyXhat + (c << 2), <f32>total(sums + ((pitch + c) << 3), chunks, stride));
  }
}

/** args: chunks; then by chunk of this stage: partial sums, from one to the next in bytes, elements, target. */
export function sumWeightPartials(args: usize, chunk: i32): void {
  const chunks = integer(args, 0);
  const partials = pointer(args, 1 + 4 * chunk);
  const stride = pointer(args, 2 + 4 * chunk);
  const elements = integer(args, 3 + 4 * chunk);
  const target = pointer(args, 4 + 4 * chunk);
  for (let at: usize = 0, end = <usize>elements << 2; at < end; at += 16) {
    v128.store(target + at, sumInDouble(partials + at, chunks, stride));
  }
}

/** The sum of `count` vectors that lie `stride` bytes apart, in double and in order. */
// @ts-ignore: decorator
@inline
export function sumInDouble(from: usize, count: i32, stride: usize): v128 {
  let low = f64x2.splat(0);
  let high = low;
  for (let i = 0; i < count; i++) {
    const lanes = v128.load(from);
    low = f64x2.add(low, f64x2.promote_low_f32x4(lanes));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(lanes, lanes, 2, 3, 2, 3)));
    from += stride;
  }
  const left = f32x4.demote_f64x2_zero(low);
  const right = f32x4.demote_f64x2_zero(high);
  return v128.shuffle<i32>(left, right, 0, 1, 4, 5);
}
