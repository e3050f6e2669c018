// What depthwise convolutions read, in the layout of the source or gradient buffer: tiles of 16 channels, rows padded.
// Images that a group lacks are zeros.
import * as L from './image-layout.as.ts';
import { zero } from './norm.as.ts';

/** Padding stays zero once it is, as only pixels between are written: once a chunk. */
export function clearPadding(withGradient: bool): void {
  if (L.grouped) return;
  const tiles = (L.pitch + 15) >> 4;
  zero(L.source, tiles * L.sourceTile);
  if (withGradient) zero(L.gradient, tiles * L.gradientTile);
}

/** What becomes of a value on its way: nothing; max(0, x); max(0, x * scale + shift). */
const AS_IT_IS: i32 = 0;
const RECTIFIED: i32 = 1;
const NORMALISED: i32 = 2;

/**
 * Fills the source buffer with max(0, x * scale + shift); scale: [2, pitch] coefficients (shift below scale), or 0
 * for max(0, x). x: the group's first image. Padding is left as it is: see `clearPadding`.
 */
export function fillSource(x: usize, scale: usize, valid: i32): void {
  const mode = scale ? NORMALISED : RECTIFIED;
  fill(x, L.source, L.sourceTile, L.inH, L.sourceRow, L.inW, valid, mode, scale);
}

/** Fills the source buffer with x as it is. */
export function copySource(x: usize, valid: i32): void {
  fill(x, L.source, L.sourceTile, L.inH, L.sourceRow, L.inW, valid, AS_IT_IS, 0);
}

/** Fills the gradient buffer with dy as it is. */
export function copyGradient(dy: usize, valid: i32): void {
  fill(dy, L.gradient, L.gradientTile, L.outH, L.gradientRow, L.outW, valid, AS_IT_IS, 0);
}

function fill(
  x: usize,
  buffer: usize,
  tileBytes: i32,
  rows: i32,
  rowBytes: i32,
  pixels: i32,
  valid: i32,
  mode: i32,
  scale: usize,
): void {
  const imageBytes = rows * rowBytes;
  for (let tile = 0; tile < L.pitch; tile += 16) {
    const width = min(16, L.pitch - tile) << 2;
    const base = buffer + (tile >> 4) * tileBytes;
    const factor = scale + (tile << 2);
    for (let image = 0; image < L.group; image++) {
      const to = base + image * imageBytes;
      if (image >= valid) {
        zero(to, imageBytes);
        continue;
      }
      const from = x + image * rows * pixels * L.pixelBytes + (tile << 2);
      if (L.grouped) copyLine(from, to, rows * pixels, width, mode, factor);
      else {
        for (let row = 0; row < rows; row++) {
          const line = to + row * rowBytes + L.pad * L.tilePixel;
          copyLine(from + row * pixels * L.pixelBytes, line, pixels, width, mode, factor);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function rectify(value: v128): v128 {
  return f32x4.pmax(f32x4.splat(0), value);
}

/** `copyLine` of 16 channels. */
function copyTile(from: usize, to: usize, pixels: i32, mode: i32, scale: usize): void {
  if (mode == AS_IT_IS) {
    for (let i = pixels; i > 0; i--) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
      from += L.pixelBytes;
      to += L.tilePixel;
    }
    return;
  }
  if (mode == RECTIFIED) {
    for (let i = pixels; i > 0; i--) {
      v128.store(to, rectify(v128.load(from)));
      v128.store(to, rectify(v128.load(from, 16)), 16);
      v128.store(to, rectify(v128.load(from, 32)), 32);
      v128.store(to, rectify(v128.load(from, 48)), 48);
      from += L.pixelBytes;
      to += L.tilePixel;
    }
    return;
  }
  const shift = scale + L.pixelBytes;
  const a0 = v128.load(scale), b0 = v128.load(shift);
  const a1 = v128.load(scale, 16), b1 = v128.load(shift, 16);
  const a2 = v128.load(scale, 32), b2 = v128.load(shift, 32);
  const a3 = v128.load(scale, 48), b3 = v128.load(shift, 48);
  for (let i = pixels; i > 0; i--) {
    v128.store(to, rectify(f32x4.add(f32x4.mul(v128.load(from), a0), b0)));
    v128.store(to, rectify(f32x4.add(f32x4.mul(v128.load(from, 16), a1), b1)), 16);
    v128.store(to, rectify(f32x4.add(f32x4.mul(v128.load(from, 32), a2), b2)), 32);
    v128.store(to, rectify(f32x4.add(f32x4.mul(v128.load(from, 48), a3), b3)), 48);
    from += L.pixelBytes;
    to += L.tilePixel;
  }
}

function copyLine(from: usize, to: usize, pixels: i32, width: i32, mode: i32, scale: usize): void {
  if (width == 64) {
    copyTile(from, to, pixels, mode, scale);
    return;
  }
  for (let c = 0; c < width; c += 16) {
    let p = from + c;
    let q = to + c;
    const factor = mode == NORMALISED ? v128.load(scale + c) : f32x4.splat(1);
    const shift = mode == NORMALISED ? v128.load(scale + L.pixelBytes + c) : f32x4.splat(0);
    for (let i = pixels; i > 0; i--) {
      let value = v128.load(p);
      if (mode == NORMALISED) value = f32x4.add(f32x4.mul(value, factor), shift);
      v128.store(q, mode == AS_IT_IS ? value : rectify(value));
      p += L.pixelBytes;
      q += L.tilePixel;
    }
  }
}

/**
 * Copies images from a buffer whose rows are `rowBytes` long: pixels of all channels side by side, as in the between
 * and dx buffers.
 */
export function copyImages(
  from: usize,
  rowBytes: i32,
  to: usize,
  rows: i32,
  pixels: i32,
  valid: i32,
  accumulate: bool,
): void {
  const bytes = pixels * L.pixelBytes;
  for (let line = valid * rows; line > 0; line--) {
    for (let at = 0; at < bytes; at += 16) {
      const value = v128.load(from + at);
      v128.store(to + at, accumulate ? f32x4.add(v128.load(to + at), value) : value);
    }
    from += rowBytes;
    to += bytes;
  }
}
