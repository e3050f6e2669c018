// Dense convolution as a matrix product: the taps of an output pixel are gathered into a row, and rows times the
// filter [taps * Cin, Cout] give the output. The input gradient gathers taps of dy and multiplies them by the
// transposed filter. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { pointwise, pointwiseWeights, setMatrix } from '../../../wasm/assembly/pointwise.as.ts';
import { scratch } from '../../../wasm/assembly/scratch.as.ts';

// Words of all stages, `geometry` in lower.ts: what is gathered from (address, height, width, bytes a pixel,
// channels), how (kernel's height and width, stride, whether by the inverse: from dy), and onto which pixels (height, width, pixels in
// all, in a chunk, in a block of rows), bytes a row.
const FROM: i32 = 0;
const HEIGHT: i32 = 1;
const WIDTH: i32 = 2;
const PIXEL: i32 = 3;
const CHANNELS: i32 = 4;
const KERNEL_HEIGHT: i32 = 5;
const KERNEL_WIDTH: i32 = 6;
const STRIDE: i32 = 7;
const INVERSE: i32 = 8;
const OUT_HEIGHT: i32 = 9;
const OUT_WIDTH: i32 = 10;
const PIXELS: i32 = 11;
const PER_CHUNK: i32 = 12;
const PER_BLOCK: i32 = 13;
const ROW: i32 = 14;
const REST: i32 = 15;

/**
 * Writes the rows of `count` pixels to scratch. A tap is copied with its spare lanes, which the next one overwrites;
 * those of the last may reach into the next row, which is written later. A row is undefined beyond its taps.
 */
function gather(args: usize, first: i32, count: i32): void {
  const from = pointer(args, FROM);
  const height = integer(args, HEIGHT);
  const width = integer(args, WIDTH);
  const pixel = integer(args, PIXEL);
  const tapBytes = integer(args, CHANNELS) << 2;
  const kernelHeight = integer(args, KERNEL_HEIGHT);
  const kernelWidth = integer(args, KERNEL_WIDTH);
  const stride = integer(args, STRIDE);
  const inverse = integer(args, INVERSE);
  const outHeight = integer(args, OUT_HEIGHT);
  const outWidth = integer(args, OUT_WIDTH);
  const rowBytes = integer(args, ROW);
  const above = (kernelHeight - 1) >> 1;
  const before = (kernelWidth - 1) >> 1;
  let column = first % outWidth;
  let row = (first / outWidth) % outHeight;
  let image = first / (outWidth * outHeight);
  for (let p = 0; p < count; p++) {
    let to = scratch + p * rowBytes;
    const plane = from + image * height * width * pixel;
    for (let a = 0; a < kernelHeight; a++) {
      let i = inverse ? row + above - a : row * stride - above + a;
      let valid = i >= 0;
      if (inverse && stride == 2) {
        valid = valid && (i & 1) == 0;
        i >>= 1;
      }
      valid = valid && i < height;
      const line = plane + i * width * pixel;
      for (let b = 0; b < kernelWidth; b++) {
        let j = inverse ? column + before - b : column * stride - before + b;
        let inside = valid && j >= 0;
        if (inverse && stride == 2) {
          inside = inside && (j & 1) == 0;
          j >>= 1;
        }
        if (inside && j < width) {
          const tap = line + j * pixel;
          for (let c = 0; c < pixel; c += 16) v128.store(to + c, v128.load(tap + c));
        } else {
          for (let c = 0; c < pixel; c += 16) v128.store(to + c, i32x4.splat(0));
        }
        to += tapBytes;
      }
    }
    if (++column == outWidth) {
      column = 0;
      if (++row == outHeight) {
        row = 0;
        image++;
      }
    }
  }
}

/** Whether a row is the pixel itself: nothing to gather. */
// @ts-ignore: decorator
@inline
function isDirect(args: usize): bool {
  return integer(args, KERNEL_HEIGHT) * integer(args, KERNEL_WIDTH) * integer(args, STRIDE) == 1;
}

/** args: geometry, matrix, its bytes a row, inputs, out, outputs, accumulate. out (+)= rows * matrix. */
export function convolutionProduct(args: usize, chunk: i32): void {
  const outputs = integer(args, REST + 4);
  const accumulate = integer(args, REST + 5) != 0;
  const outPixel = outputs << 2;
  const perBlock = integer(args, PER_BLOCK);
  const begin = chunk * integer(args, PER_CHUNK);
  const end = min(begin + integer(args, PER_CHUNK), integer(args, PIXELS));
  const direct = isDirect(args);
  setMatrix(pointer(args, REST), integer(args, REST + 1), integer(args, REST + 2), outputs);
  for (let first = begin; first < end; first += perBlock) {
    const count = min(perBlock, end - first);
    let rows = pointer(args, FROM) + first * integer(args, PIXEL);
    let row = integer(args, PIXEL);
    if (!direct) {
      gather(args, first, count);
      rows = scratch;
      row = integer(args, ROW);
    }
    const out = pointer(args, REST + 3) + <usize>first * outPixel;
    pointwise(rows, row, out, outPixel, 64, count, accumulate);
  }
}

/** args: geometry, dy, its lanes, partials. One partial [row, lanes of dy] a chunk. */
export function convolutionWeights(args: usize, chunk: i32): void {
  const lanes = integer(args, REST + 1);
  const dyPixel = lanes << 2;
  const perBlock = integer(args, PER_BLOCK);
  const begin = chunk * integer(args, PER_CHUNK);
  const end = min(begin + integer(args, PER_CHUNK), integer(args, PIXELS));
  const direct = isDirect(args);
  const inputs = integer(args, ROW) >> 2;
  const partial = pointer(args, REST + 2) + <usize>chunk * inputs * dyPixel;
  memory.fill(partial, 0, inputs * dyPixel);
  for (let first = begin; first < end; first += perBlock) {
    const count = min(perBlock, end - first);
    let rows = pointer(args, FROM) + first * integer(args, PIXEL);
    if (!direct) {
      gather(args, first, count);
      rows = scratch;
    }
    const dy = pointer(args, REST) + <usize>first * dyPixel;
    pointwiseWeights(rows, integer(args, ROW), dy, dyPixel, partial, dyPixel, inputs, lanes, count);
  }
}

/**
 * args: weight, taps, Cin, Cout, bytes a row of the weight, matrix, bytes a row of the matrix. A chunk a tap.
 * matrix[tap * Cout + o, c] = weight[tap, c, o], spare columns zero.
 */
export function convolutionTranspose(args: usize, chunk: i32): void {
  const inputs = integer(args, 2);
  const outputs = integer(args, 3);
  const weightRow = integer(args, 4);
  const matrixRow = integer(args, 6);
  const weight = pointer(args, 0) + chunk * inputs * weightRow;
  const matrix = pointer(args, 5) + chunk * outputs * matrixRow;
  memory.fill(matrix, 0, outputs * matrixRow);
  for (let c = 0; c < inputs; c++) {
    for (let o = 0; o < outputs; o++) {
      store<f32>(matrix + o * matrixRow + (c << 2), load<f32>(weight + c * weightRow + (o << 2)));
    }
  }
}
