// Max and average pools, four channels at a time. The backward scatters, so a chunk of it is an image's channels.
// isMax of `gather` is a constant of its callers: the compiler drops what it rules out.
// See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

// Words of both stages: height, width, height and width of the output, bytes a pixel, kernel, stride, padding, mode (1: max).
const HEIGHT: i32 = 0;
const WIDTH: i32 = 1;
const OUT_HEIGHT: i32 = 2;
const OUT_WIDTH: i32 = 3;
const PIXEL: i32 = 4;
const KERNEL: i32 = 5;
const STRIDE: i32 = 6;
const PADDING: i32 = 7;
const IS_MAX: i32 = 8;
const REST: i32 = 9;

/** One output pixel of 4 channels: the maximum or mean of `rows` x `columns` pixels. */
// @ts-ignore: decorator
@inline
function gather(isMax: bool, from: usize, rows: i32, columns: i32, rowBytes: i32, pixel: i32): v128 {
  let result = isMax ? v128.load(from) : f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    let at = from;
    for (let j = columns; j > 0; j--) {
      const value = v128.load(at);
      result = isMax ? f32x4.pmax(result, value) : f32x4.add(result, value);
      at += pixel;
    }
    from += rowBytes;
  }
  return isMax ? result : f32x4.mul(result, f32x4.splat(<f32>1 / <f32>(rows * columns)));
}

/** args: geometry, x, y, pixels of y, pixels a chunk. */
export function poolForward(args: usize, chunk: i32): void {
  const height = integer(args, HEIGHT);
  const width = integer(args, WIDTH);
  const outWidth = integer(args, OUT_WIDTH);
  const plane = integer(args, OUT_HEIGHT) * outWidth;
  const pixel = integer(args, PIXEL);
  const kernel = integer(args, KERNEL);
  const stride = integer(args, STRIDE);
  const isMax = integer(args, IS_MAX);
  const padding = integer(args, PADDING);
  const rowBytes = width * pixel;
  const begin = chunk * integer(args, REST + 3);
  const end = min(begin + integer(args, REST + 3), integer(args, REST + 2));
  for (let p = begin; p < end; p++) {
    const y = pointer(args, REST + 1) + <usize>p * pixel;
    const row = ((p % plane) / outWidth) * stride - padding;
    const column = (p % outWidth) * stride - padding;
    const top = max(row, 0);
    const left = max(column, 0);
    const rows = min(row + kernel, height) - top;
    const columns = min(column + kernel, width) - left;
    const from = pointer(args, REST) + (p / plane) * height * rowBytes + top * rowBytes + left * pixel;
    if (isMax) {
      for (let c = 0; c < pixel; c += 16) v128.store(y + c, gather(true, from + c, rows, columns, rowBytes, pixel));
    } else {
      for (let c = 0; c < pixel; c += 16) v128.store(y + c, gather(false, from + c, rows, columns, rowBytes, pixel));
    }
  }
}

/** args: geometry, x, dy, dx, accumulate, bytes of a channel group. A chunk: one image, one group. */
export function poolBackward(args: usize, chunk: i32): void {
  const height = integer(args, HEIGHT);
  const width = integer(args, WIDTH);
  const outHeight = integer(args, OUT_HEIGHT);
  const outWidth = integer(args, OUT_WIDTH);
  const pixel = integer(args, PIXEL);
  const kernel = integer(args, KERNEL);
  const stride = integer(args, STRIDE);
  const isMax = integer(args, IS_MAX);
  const padding = integer(args, PADDING);
  const group = integer(args, REST + 4);
  const groups = (pixel + group - 1) / group;
  const image = chunk / groups;
  const first = (chunk % groups) * group;
  const last = min(first + group, pixel);
  const x = pointer(args, REST) + image * height * width * pixel;
  const dy = pointer(args, REST + 1) + image * outHeight * outWidth * pixel;
  const dx = pointer(args, REST + 2) + image * height * width * pixel;
  if (!integer(args, REST + 3)) {
    for (let p = 0; p < height * width; p++) {
      for (let c = first; c < last; c += 16) v128.store(dx + p * pixel + c, i32x4.splat(0));
    }
  }
  for (let i = 0; i < outHeight; i++) {
    const top = max(i * stride - padding, 0);
    const bottom = min(i * stride - padding + kernel, height);
    for (let j = 0; j < outWidth; j++) {
      const left = max(j * stride - padding, 0);
      const right = min(j * stride - padding + kernel, width);
      const share = f32x4.splat(<f32>1 / <f32>((bottom - top) * (right - left)));
      for (let c = first; c < last; c += 16) {
        const gradient = v128.load(dy + (i * outWidth + j) * pixel + c);
        let best = i32x4.splat(0);
        if (isMax) {
          let largest = v128.load(x + (top * width + left) * pixel + c);
          for (let a = top; a < bottom; a++) {
            for (let b = left; b < right; b++) {
              const value = v128.load(x + (a * width + b) * pixel + c);
              const better = f32x4.gt(value, largest);
              largest = v128.bitselect(value, largest, better);
              best = v128.bitselect(i32x4.splat((a - top) * 4 + b - left), best, better);
            }
          }
        }
        const even = f32x4.mul(gradient, share);
        for (let a = top; a < bottom; a++) {
          for (let b = left; b < right; b++) {
            const to = dx + (a * width + b) * pixel + c;
            const mine = i32x4.eq(best, i32x4.splat((a - top) * 4 + b - left));
            const part = isMax ? v128.and(gradient, mine) : even;
            v128.store(to, f32x4.add(v128.load(to), part));
          }
        }
      }
    }
  }
}
