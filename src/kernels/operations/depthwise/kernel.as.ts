// Depthwise convolution alone, one pixel and four channels at a time: fans have kernels of their own, and only what
// is lowered to primitives comes here. See definition.ts for the formulas.
import { integer, pointer } from '../../wasm/assembly/elements.as.ts';

// Words of all stages, `geometry` in lower.ts. Lanes: channels rounded up to 4.
const HEIGHT: i32 = 0;
const WIDTH: i32 = 1;
const OUT_HEIGHT: i32 = 2;
const OUT_WIDTH: i32 = 3;
const LANES: i32 = 4;
const KERNEL: i32 = 5;
const STRIDE: i32 = 6;
const DILATION: i32 = 7;
const PIXELS: i32 = 8;
const PER_CHUNK: i32 = 9;
const REST: i32 = 10;

/** args: geometry (pixels of y), x, weight, y. */
export function depthwiseForward(args: usize, chunk: i32): void {
  const height = integer(args, HEIGHT);
  const width = integer(args, WIDTH);
  const outWidth = integer(args, OUT_WIDTH);
  const plane = outWidth * integer(args, OUT_HEIGHT);
  const pixel = integer(args, LANES) << 2;
  const kernel = integer(args, KERNEL);
  const stride = integer(args, STRIDE);
  const dilation = integer(args, DILATION);
  const padding = (dilation * (kernel - 1)) >> 1;
  const x = pointer(args, REST);
  const weight = pointer(args, REST + 1);
  const y = pointer(args, REST + 2);
  const begin = chunk * integer(args, PER_CHUNK);
  const end = min(begin + integer(args, PER_CHUNK), integer(args, PIXELS));
  for (let p = begin; p < end; p++) {
    const image = x + (p / plane) * height * width * pixel;
    const top = ((p % plane) / outWidth) * stride - padding;
    const left = (p % outWidth) * stride - padding;
    for (let c = 0; c < pixel; c += 16) {
      let sum = f32x4.splat(0);
      for (let a = 0; a < kernel; a++) {
        const i = top + a * dilation;
        if (i < 0 || i >= height) continue;
        for (let b = 0; b < kernel; b++) {
          const j = left + b * dilation;
          if (j < 0 || j >= width) continue;
          const value = v128.load(image + (i * width + j) * pixel + c);
          sum = f32x4.add(sum, f32x4.mul(value, v128.load(weight + (a * kernel + b) * pixel + c)));
        }
      }
      v128.store(y + <usize>p * pixel + c, sum);
    }
  }
}

/** args: geometry (pixels of dx), dy, weight, dx, accumulate. */
export function depthwiseInput(args: usize, chunk: i32): void {
  const width = integer(args, WIDTH);
  const plane = width * integer(args, HEIGHT);
  const outHeight = integer(args, OUT_HEIGHT);
  const outWidth = integer(args, OUT_WIDTH);
  const pixel = integer(args, LANES) << 2;
  const kernel = integer(args, KERNEL);
  const halve = integer(args, STRIDE) - 1;
  const dilation = integer(args, DILATION);
  const padding = (dilation * (kernel - 1)) >> 1;
  const dy = pointer(args, REST);
  const weight = pointer(args, REST + 1);
  const dx = pointer(args, REST + 2);
  const accumulate = integer(args, REST + 3);
  const begin = chunk * integer(args, PER_CHUNK);
  const end = min(begin + integer(args, PER_CHUNK), integer(args, PIXELS));
  for (let p = begin; p < end; p++) {
    const image = dy + (p / plane) * outHeight * outWidth * pixel;
    const bottom = (p % plane) / width + padding;
    const right = (p % width) + padding;
    for (let c = 0; c < pixel; c += 16) {
      const to = dx + <usize>p * pixel + c;
      let sum = accumulate ? v128.load(to) : f32x4.splat(0);
      for (let a = 0; a < kernel; a++) {
        const up = bottom - a * dilation;
        const i = up >> halve;
        if (up < 0 || (up & halve) != 0 || i >= outHeight) continue;
        for (let b = 0; b < kernel; b++) {
          const back = right - b * dilation;
          const j = back >> halve;
          if (back < 0 || (back & halve) != 0 || j >= outWidth) continue;
          const value = v128.load(image + (i * outWidth + j) * pixel + c);
          sum = f32x4.add(sum, f32x4.mul(value, v128.load(weight + (a * kernel + b) * pixel + c)));
        }
      }
      v128.store(to, sum);
    }
  }
}

/** args: geometry (pixels of dy), x, dy, partials. One partial [k, k, lanes] a chunk. */
export function depthwiseWeight(args: usize, chunk: i32): void {
  const height = integer(args, HEIGHT);
  const width = integer(args, WIDTH);
  const outWidth = integer(args, OUT_WIDTH);
  const plane = outWidth * integer(args, OUT_HEIGHT);
  const pixel = integer(args, LANES) << 2;
  const kernel = integer(args, KERNEL);
  const stride = integer(args, STRIDE);
  const dilation = integer(args, DILATION);
  const padding = (dilation * (kernel - 1)) >> 1;
  const x = pointer(args, REST);
  const dy = pointer(args, REST + 1);
  const partial = pointer(args, REST + 2) + <usize>chunk * kernel * kernel * pixel;
  const begin = chunk * integer(args, PER_CHUNK);
  const end = min(begin + integer(args, PER_CHUNK), integer(args, PIXELS));
  memory.fill(partial, 0, kernel * kernel * pixel);
  for (let p = begin; p < end; p++) {
    const image = x + (p / plane) * height * width * pixel;
    const top = ((p % plane) / outWidth) * stride - padding;
    const left = (p % outWidth) * stride - padding;
    for (let c = 0; c < pixel; c += 16) {
      const gradient = v128.load(dy + <usize>p * pixel + c);
      for (let a = 0; a < kernel; a++) {
        const i = top + a * dilation;
        if (i < 0 || i >= height) continue;
        for (let b = 0; b < kernel; b++) {
          const j = left + b * dilation;
          if (j < 0 || j >= width) continue;
          const value = v128.load(image + (i * width + j) * pixel + c);
          const to = partial + (a * kernel + b) * pixel + c;
          v128.store(to, f32x4.add(v128.load(to), f32x4.mul(value, gradient)));
        }
      }
    }
  }
}
