// ReLU, 1x1 convolution or factorized reduce, batch norm. Rectified pixels are gathered in blocks into the thread's
// scratch, for a reduce the two of an output pixel side by side; then it is a matrix product. See definition.ts.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { addGradients, addMoments, zero } from '../../../wasm/assembly/norm.as.ts';
import { pointwise, pointwiseWeights, setMatrix } from '../../../wasm/assembly/pointwise.as.ts';
import { scratch } from '../../../wasm/assembly/scratch.as.ts';

// Shape words that open the arguments of all stages.
let pixels: i32 = 0; // of the output, all images
let share: i32 = 0; // pixels of a chunk
let pitch: i32 = 0;
let outH: i32 = 0;
let outW: i32 = 0;
let inH: i32 = 0;
let inW: i32 = 0;
let reduces: bool = false;
let inputs: i32 = 0;
const SHAPE: i32 = 9;

/** Pixels of a block. */
const BLOCK: i32 = 128;

function readShape(args: usize): void {
  pixels = integer(args, 0);
  share = integer(args, 1);
  pitch = integer(args, 2);
  outH = integer(args, 3);
  outW = integer(args, 4);
  inH = integer(args, 5);
  inW = integer(args, 6);
  reduces = integer(args, 7) != 0;
  inputs = integer(args, 8);
}

/** An input's pixel of output pixel `p`, shifted by 0 or 1 in both directions; 0 beyond the border. */
// @ts-ignore: decorator
@inline
function inputPixel(x: usize, bytes: i32, p: i32, row: i32, column: i32): usize {
  const plane = outH * outW;
  const image = p / plane;
  const rest = p - image * plane;
  const i = rest / outW;
  const y = 2 * i + row;
  const z = 2 * (rest - i * outW) + column;
  return y < inH && z < inW ? x + <usize>((image * inH + y) * inW + z) * bytes : 0;
}

/** Rectified pixels of a block side by side; of a reduce, both of each output pixel. */
function gather(x: usize, bytes: i32, first: i32, some: i32, to: usize): void {
  const nothing = f32x4.splat(0);
  if (!reduces) {
    const from = x + <usize>first * bytes;
    for (let at: usize = 0, end = <usize>(some * bytes); at < end; at += 16) {
      v128.store(to + at, f32x4.pmax(nothing, v128.load(from + at)));
    }
    return;
  }
  for (let p = first; p < first + some; p++) {
    for (let shift = 0; shift < 2; shift++) {
      const from = inputPixel(x, bytes, p, shift, shift);
      for (let c = 0; c < bytes; c += 16) {
        v128.store(to + c, from ? f32x4.pmax(nothing, v128.load(from + c)) : nothing);
      }
      to += bytes;
    }
  }
}

/** args: shape; y, sums; by input: x, pitch, matrix, its rows. */
export function preprocessForward(args: usize, chunk: i32): void {
  readShape(args);
  const y = pointer(args, SHAPE);
  const sums = pointer(args, SHAPE + 1) + chunk * (pitch << 4);
  zero(sums, pitch << 4);
  const end = min(pixels, (chunk + 1) * share);
  for (let first = chunk * share; first < end; first += BLOCK) {
    const some = min(BLOCK, end - first);
    const to = y + <usize>first * (pitch << 2);
    for (let i = 0; i < inputs; i++) {
      const at = SHAPE + 2 + 4 * i;
      const bytes = integer(args, at + 1) << 2;
      gather(pointer(args, at), bytes, first, some, scratch);
      const pixel = reduces ? bytes << 1 : bytes;
      const rows = integer(args, at + 3);
      setMatrix(pointer(args, at + 2), pitch << 2, rows, pitch);
      pointwise(scratch, pixel, to, pitch << 2, 64, some, i > 0);
    }
    addMoments(to, some, pitch, sums);
  }
}

/** y = (y - mean) * inverse, in place. args: shape; y, statistics. */
export function preprocessNormalise(args: usize, chunk: i32): void {
  readShape(args);
  const statistics = pointer(args, SHAPE + 1);
  const bytes = pitch << 2;
  const end = min(pixels, (chunk + 1) * share);
  const first = chunk * share;
  const y = pointer(args, SHAPE) + <usize>first * bytes;
  for (let c = 0; c < bytes; c += 16) {
    const mean = v128.load(statistics + c);
    const inverse = v128.load(statistics + bytes + c);
    let p = y + c;
    for (let i = end - first; i > 0; i--) {
      v128.store(p, f32x4.mul(f32x4.sub(v128.load(p), mean), inverse));
      p += bytes;
    }
  }
}

/** Sums of dy and dy * y. args: shape; y, dy, sums. */
export function preprocessGradientSums(args: usize, chunk: i32): void {
  readShape(args);
  const first = chunk * share;
  const offset = <usize>first * (pitch << 2);
  const sums = pointer(args, SHAPE + 2) + chunk * (pitch << 4);
  zero(sums, pitch << 4);
  const some = min(pixels, first + share) - first;
  addGradients(pointer(args, SHAPE + 1) + offset, pointer(args, SHAPE) + offset, 0, some, pitch, sums);
}

/** dRaw = inverse * (dy - sumDy / M - y * sumDyXhat / M), over a block. */
function fillDRaw(args: usize, first: i32, some: i32, dRaw: usize): void {
  const bytes = pitch << 2;
  const y = pointer(args, SHAPE) + <usize>first * bytes;
  const dy = pointer(args, SHAPE + 1) + <usize>first * bytes;
  const inverses = pointer(args, SHAPE + 2) + bytes;
  const sumDys = pointer(args, SHAPE + 3);
  const sumDyXhat = pointer(args, SHAPE + 4);
  const share = f32x4.splat(<f32>(1 / <f64>pixels));
  for (let c = 0; c < bytes; c += 16) {
    const inverse = v128.load(inverses + c);
    const shift = f32x4.mul(share, v128.load(sumDys + c));
    const slope = f32x4.mul(share, v128.load(sumDyXhat + c));
    for (let at = c, end = some * bytes; at < end; at += bytes) {
      const centred = f32x4.sub(v128.load(dy + at), shift);
      const value = f32x4.sub(centred, f32x4.mul(v128.load(y + at), slope));
      v128.store(dRaw + at, f32x4.mul(inverse, value));
    }
  }
}

/**
 * args: shape; y, dy, statistics, sumDy, sumDyXhat; by input: x, pitch, transposed matrix, its columns' pitch, dx or 0,
 * accumulate, partial gradients of the matrix or 0, from chunk to chunk in bytes.
 */
export function preprocessBackward(args: usize, chunk: i32): void {
  readShape(args);
  const bytes = pitch << 2;
  const dRaw = scratch;
  const gathered = dRaw + BLOCK * bytes;
  const end = min(pixels, (chunk + 1) * share);
  for (let first = chunk * share; first < end; first += BLOCK) {
    const some = min(BLOCK, end - first);
    fillDRaw(args, first, some, dRaw);
    for (let i = 0; i < inputs; i++) {
      const at = SHAPE + 5 + 8 * i;
      const x = pointer(args, at);
      const xBytes = integer(args, at + 1) << 2;
      const columns = integer(args, at + 3);
      const dx = pointer(args, at + 4);
      let partial = pointer(args, at + 6);
      if (partial) {
        const stride = integer(args, at + 7);
        partial += chunk * stride;
        if (first == chunk * share) zero(partial, stride);
        gather(x, xBytes, first, some, gathered);
        pointwiseWeights(gathered, columns << 2, dRaw, bytes, partial, bytes, columns, pitch, some);
      }
      if (dx) {
        setMatrix(pointer(args, at + 2), columns << 2, pitch, columns);
        pointwise(dRaw, bytes, gathered, columns << 2, 64, some, false);
        spread(x, dx, xBytes, first, some, gathered, integer(args, at + 5) != 0);
      }
    }
  }
}

/** dx (+)= the block's gradient where x is above zero; a reduce covers four input pixels by output pixel. */
function spread(
  x: usize,
  dx: usize,
  bytes: i32,
  first: i32,
  some: i32,
  from: usize,
  accumulate: bool,
): void {
  const nothing = f32x4.splat(0);
  if (!reduces) {
    const offset = <usize>first * bytes;
    for (let at: usize = 0, end = <usize>(some * bytes); at < end; at += 16) {
      const open = f32x4.gt(v128.load(x + offset + at), nothing);
      const value = v128.and(open, v128.load(from + at));
      const to = dx + offset + at;
      v128.store(to, accumulate ? f32x4.add(v128.load(to), value) : value);
    }
    return;
  }
  for (let p = first; p < first + some; p++) {
    for (let quarter = 0; quarter < 4; quarter++) {
      const row = quarter >> 1;
      const column = quarter & 1;
      if (row != column && accumulate) continue;
      const pixel = inputPixel(x, bytes, p, row, column);
      if (pixel == 0) continue;
      const to = dx + (pixel - x);
      for (let c = 0; c < bytes; c += 16) {
        if (row != column) {
          v128.store(to + c, nothing);
          continue;
        }
        const open = f32x4.gt(v128.load(pixel + c), nothing);
        const value = v128.and(open, v128.load(from + row * bytes + c));
        v128.store(to + c, accumulate ? f32x4.add(v128.load(to + c), value) : value);
      }
    }
    from += bytes << 1;
  }
}
