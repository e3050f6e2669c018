// What the convolutions of a fan read: ReLU of the input, or of a normalised half, in the layout of the source
// buffer; and gathered pixels for dense convolutions and factorized reduces. Images that a group lacks are zeros.
import { zero } from '../../wasm/assembly/norm.as.ts';
import * as L from './layout.as.ts';

/** Padding stays zero once it is, as only pixels between are written: once a chunk. */
export function clearPadding(withGradient: bool): void {
  if (L.grouped) return;
  const tiles = (L.pitch + 15) >> 4;
  zero(L.source, tiles * L.sourceTile);
  if (withGradient) zero(L.gradient, tiles * L.gradientTile);
}

/**
 * Fills the source buffer with max(0, x * scale + shift); scale: [2, pitch] coefficients (shift below scale), or 0
 * for x as it is. x: the group's first image. Padding is left as it is: see `clearPadding`.
 */
export function fillSource(x: usize, scale: usize, valid: i32): void {
  const pixels = L.inW;
  for (let tile = 0; tile < L.pitch; tile += 16) {
    const width = min(16, L.pitch - tile) << 2;
    const base = L.source + (tile >> 4) * L.sourceTile;
    const imageBytes = L.inH * L.sourceRow;
    for (let image = 0; image < L.group; image++) {
      const to = base + image * imageBytes;
      if (image >= valid) {
        zero(to, imageBytes);
        continue;
      }
      const from = x + image * L.inH * pixels * L.pixelBytes + (tile << 2);
      if (L.grouped) copyLine(from, to, L.inH * pixels, width, scale ? scale + (tile << 2) : 0);
      else {
        for (let row = 0; row < L.inH; row++) {
          const line = to + row * L.sourceRow + L.pad * L.tilePixel;
          copyLine(from + row * pixels * L.pixelBytes, line, pixels, width, scale ? scale + (tile << 2) : 0);
        }
      }
    }
  }
}

/** `copyLine` of 16 channels. */
function copyTile(from: usize, to: usize, pixels: i32, scale: usize): void {
  const nothing = f32x4.splat(0);
  if (scale == 0) {
    for (let i = pixels; i > 0; i--) {
      v128.store(to, f32x4.pmax(nothing, v128.load(from)));
      v128.store(to, f32x4.pmax(nothing, v128.load(from, 16)), 16);
      v128.store(to, f32x4.pmax(nothing, v128.load(from, 32)), 32);
      v128.store(to, f32x4.pmax(nothing, v128.load(from, 48)), 48);
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
    v128.store(to, f32x4.pmax(nothing, f32x4.add(f32x4.mul(v128.load(from), a0), b0)));
    v128.store(to, f32x4.pmax(nothing, f32x4.add(f32x4.mul(v128.load(from, 16), a1), b1)), 16);
    v128.store(to, f32x4.pmax(nothing, f32x4.add(f32x4.mul(v128.load(from, 32), a2), b2)), 32);
    v128.store(to, f32x4.pmax(nothing, f32x4.add(f32x4.mul(v128.load(from, 48), a3), b3)), 48);
    from += L.pixelBytes;
    to += L.tilePixel;
  }
}

function copyLine(from: usize, to: usize, pixels: i32, width: i32, scale: usize): void {
  const nothing = f32x4.splat(0);
  if (width == 64) {
    copyTile(from, to, pixels, scale);
    return;
  }
  for (let c = 0; c < width; c += 16) {
    let p = from + c;
    let q = to + c;
    if (scale) {
      const factor = v128.load(scale + c);
      const shift = v128.load(scale + L.pixelBytes + c);
      for (let i = pixels; i > 0; i--) {
        v128.store(q, f32x4.pmax(nothing, f32x4.add(f32x4.mul(v128.load(p), factor), shift)));
        p += L.pixelBytes;
        q += L.tilePixel;
      }
    } else {
      for (let i = pixels; i > 0; i--) {
        v128.store(q, f32x4.pmax(nothing, v128.load(p)));
        p += L.pixelBytes;
        q += L.tilePixel;
      }
    }
  }
}

/**
 * between[p, at..] = ReLU of the input pixel (i * stride + row, j * stride + column) of every output pixel (i, j), or
 * zeros beyond the border. toPixel: bytes from pixel to pixel; lines as those of plain outputs.
 */
export function gather(x: usize, row: i32, column: i32, to: usize, toPixel: i32, valid: i32): void {
  const nothing = f32x4.splat(0);
  const columns = L.lines == 1 ? L.outW : L.plainRow / L.pixelBytes;
  for (let image = 0; image < L.group; image++) {
    for (let i = 0; i < L.outH; i++) {
      const y = i * L.stride + row;
      const outside = image >= valid || y < 0 || y >= L.inH;
      let q = to + (image * L.outH + i) * columns * toPixel;
      for (let j = 0; j < columns; j++) {
        const z = j * L.stride + column;
        if (outside || z < 0 || z >= L.inW || j >= L.outW) {
          for (let c = 0; c < L.pixelBytes; c += 16) v128.store(q + c, nothing);
        } else {
          const p = x + ((image * L.inH + y) * L.inW + z) * L.pixelBytes;
          for (let c = 0; c < L.pixelBytes; c += 16) v128.store(q + c, f32x4.pmax(nothing, v128.load(p + c)));
        }
        q += toPixel;
      }
    }
  }
}

/** The inverse of `gather`: adds the pixels of `from` to the dx buffer where they came from. */
export function scatter(row: i32, column: i32, from: usize, fromPixel: i32, valid: i32): void {
  const columns = L.lines == 1 ? L.outW : L.plainRow / L.pixelBytes;
  for (let image = 0; image < valid; image++) {
    for (let i = 0; i < L.outH; i++) {
      const y = i * L.stride + row;
      if (y < 0 || y >= L.inH) continue;
      for (let j = 0; j < L.outW; j++) {
        const z = j * L.stride + column;
        if (z < 0 || z >= L.inW) continue;
        const p = from + ((image * L.outH + i) * columns + j) * fromPixel;
        const q = L.dx + (image * L.inH + y) * L.dxRow + z * L.pixelBytes;
        for (let c = 0; c < L.pixelBytes; c += 16) {
          v128.store(q + c, f32x4.add(v128.load(q + c), v128.load(p + c)));
        }
      }
    }
  }
}
