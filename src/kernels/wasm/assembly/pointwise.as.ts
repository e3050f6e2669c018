// 1x1 convolutions as matrix products, 4 pixels x 8 channels in registers: y[p, o] = sum over c of x[p, c] * w[c, o].
// The input gradient is the same product with the transposed matrix.

/** The matrix of the products that follow, in this thread: [inputs, outputs], rows `matrixRow` bytes apart. */
let matrix: usize = 0;
let matrixRow: i32 = 0;
let matrixInputs: i32 = 0;
let matrixOutputs: i32 = 0;

/** w: the matrix of the next products; outputs: a multiple of 4, spare columns hold zeros. Distance in bytes. */
export function setMatrix(w: usize, wRow: i32, inputs: i32, outputs: i32): void {
  matrix = w;
  matrixRow = wRow;
  matrixInputs = inputs;
  matrixOutputs = outputs;
}

// @ts-ignore: decorator
@inline
function madd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** One block: 4 pixels x 8 outputs or, not wide, 4. wide is a constant of the callers. */
// @ts-ignore: decorator
@inline
function block(
  wide: bool,
  x: usize,
  xPixel: i32,
  w: usize,
  y: usize,
  yPixel: i32,
  accumulate: bool,
): void {
  const wRow = matrixRow;
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  const y1 = y + yPixel;
  const y2 = y1 + yPixel;
  const y3 = y2 + yPixel;
  if (accumulate) {
    a0 = v128.load(y);
    b0 = v128.load(y1);
    c0 = v128.load(y2);
    d0 = v128.load(y3);
    if (wide) {
      a1 = v128.load(y, 16);
      b1 = v128.load(y1, 16);
      c1 = v128.load(y2, 16);
      d1 = v128.load(y3, 16);
    }
  }
  let p = x;
  let q = p + xPixel;
  let r = q + xPixel;
  let s = r + xPixel;
  for (let c = matrixInputs; c > 0; c--) {
    const w0 = v128.load(w);
    const w1 = wide ? v128.load(w, 16) : w0;
    const vp = v128.load_splat<f32>(p);
    a0 = madd(a0, w0, vp);
    if (wide) a1 = madd(a1, w1, vp);
    const vq = v128.load_splat<f32>(q);
    b0 = madd(b0, w0, vq);
    if (wide) b1 = madd(b1, w1, vq);
    const vr = v128.load_splat<f32>(r);
    c0 = madd(c0, w0, vr);
    if (wide) c1 = madd(c1, w1, vr);
    const vs = v128.load_splat<f32>(s);
    d0 = madd(d0, w0, vs);
    if (wide) d1 = madd(d1, w1, vs);
    w += wRow;
    p += 4;
    q += 4;
    r += 4;
    s += 4;
  }
  v128.store(y, a0);
  if (wide) v128.store(y, a1, 16);
  v128.store(y1, b0);
  if (wide) v128.store(y1, b1, 16);
  v128.store(y2, c0);
  if (wide) v128.store(y2, c1, 16);
  v128.store(y3, d0);
  if (wide) v128.store(y3, d1, 16);
}

/** One pixel x 4 outputs, for what blocks of 4 pixels leave over. */
// @ts-ignore: decorator
@inline
function block1x4(x: usize, w: usize, y: usize, accumulate: bool): void {
  let a0 = accumulate ? v128.load(y) : f32x4.splat(0);
  for (let c = matrixInputs; c > 0; c--) {
    a0 = madd(a0, v128.load(w), v128.load_splat<f32>(x));
    w += matrixRow;
    x += 4;
  }
  v128.store(y, a0);
}

/** Elements of x, or of y, of a block of pixels: 8 KiB. */
const BLOCK_ELEMENTS: i32 = 2048;

/**
 * y[p, o] (+)= sum over c < inputs of x[p, c] * w[c, o] for the matrix of `setMatrix`. Distances in bytes;
 * yTile: from 16 outputs to the next 16 (64: side by side).
 */
export function pointwise(
  x: usize,
  xPixel: i32,
  y: usize,
  yPixel: i32,
  yTile: i32,
  pixels: i32,
  accumulate: bool,
): void {
  const inputs = matrixInputs;
  const outputs = matrixOutputs;
  // Some pixels at a time, which stay in the L1 cache with their outputs.
  const share = max(4, (BLOCK_ELEMENTS / max(inputs, outputs)) & ~3);
  for (; pixels > 0; pixels -= share) {
    const some = min(pixels, share);
    const blocked = some & ~3;
    for (let o = 0; o < outputs; o += 8) {
      const w = matrix + (o << 2);
      let yAt = y + (o >> 4) * yTile + ((o & 15) << 2);
      let xAt = x;
      let p = 0;
      if (o + 8 <= outputs) {
        for (; p < blocked; p += 4) {
          block(true, xAt, xPixel, w, yAt, yPixel, accumulate);
          xAt += xPixel << 2;
          yAt += yPixel << 2;
        }
      } else {
        for (; p < blocked; p += 4) {
          block(false, xAt, xPixel, w, yAt, yPixel, accumulate);
          xAt += xPixel << 2;
          yAt += yPixel << 2;
        }
      }
      for (; p < some; p++) {
        block1x4(xAt, w, yAt, accumulate);
        if (o + 8 <= outputs) block1x4(xAt, w + 16, yAt + 16, accumulate);
        xAt += xPixel;
        yAt += yPixel;
      }
    }
    x += share * xPixel;
    y += share * yPixel;
  }
}

/** Adds to dw[c, o] the sum over pixels of x[p, c] * dy[p, o]; inputs and outputs are multiples of 4. */
export function pointwiseWeights(
  x: usize,
  xPixel: i32,
  dy: usize,
  dyPixel: i32,
  dw: usize,
  wRow: i32,
  inputs: i32,
  outputs: i32,
  pixels: i32,
): void {
  for (let c = 0; c < inputs; c += 4) {
    for (let o = 0; o < outputs; o += 8) {
      const w0 = dw + c * wRow + (o << 2);
      const w1 = w0 + wRow;
      const w2 = w1 + wRow;
      const w3 = w2 + wRow;
      let p = x + (c << 2);
      let q = dy + (o << 2);
      if (o + 8 <= outputs) {
        let a0 = v128.load(w0), a1 = v128.load(w0, 16);
        let b0 = v128.load(w1), b1 = v128.load(w1, 16);
        let c0 = v128.load(w2), c1 = v128.load(w2, 16);
        let d0 = v128.load(w3), d1 = v128.load(w3, 16);
        for (let i = pixels; i > 0; i--) {
          const left = v128.load(q);
          const right = v128.load(q, 16);
          const v0 = v128.load_splat<f32>(p);
          a0 = madd(a0, left, v0);
          a1 = madd(a1, right, v0);
          const v1 = v128.load_splat<f32>(p, 4);
          b0 = madd(b0, left, v1);
          b1 = madd(b1, right, v1);
          const v2 = v128.load_splat<f32>(p, 8);
          c0 = madd(c0, left, v2);
          c1 = madd(c1, right, v2);
          const v3 = v128.load_splat<f32>(p, 12);
          d0 = madd(d0, left, v3);
          d1 = madd(d1, right, v3);
          p += xPixel;
          q += dyPixel;
        }
        v128.store(w0, a0);
        v128.store(w0, a1, 16);
        v128.store(w1, b0);
        v128.store(w1, b1, 16);
        v128.store(w2, c0);
        v128.store(w2, c1, 16);
        v128.store(w3, d0);
        v128.store(w3, d1, 16);
      } else {
        let a0 = v128.load(w0), b0 = v128.load(w1), c0 = v128.load(w2), d0 = v128.load(w3);
        for (let i = pixels; i > 0; i--) {
          const left = v128.load(q);
          a0 = madd(a0, left, v128.load_splat<f32>(p));
          b0 = madd(b0, left, v128.load_splat<f32>(p, 4));
          c0 = madd(c0, left, v128.load_splat<f32>(p, 8));
          d0 = madd(d0, left, v128.load_splat<f32>(p, 12));
          p += xPixel;
          q += dyPixel;
        }
        v128.store(w0, a0);
        v128.store(w1, b0);
        v128.store(w2, c0);
        v128.store(w3, d0);
      }
    }
  }
}

/** to[o, c] = from[c, o], for c < inputs, o < outputs; the rest of to is left as it is. */
export function transpose(
  from: usize,
  fromRow: i32,
  inputs: i32,
  outputs: i32,
  to: usize,
  toRow: i32,
): void {
  for (let c = 0; c < inputs; c++) {
    for (let o = 0; o < outputs; o++) {
      store<f32>(to + o * toRow + (c << 2), load<f32>(from + c * fromRow + (o << 2)));
    }
  }
}
