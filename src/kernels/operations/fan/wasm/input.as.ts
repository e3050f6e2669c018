// Pixels of a fan's input gathered for dense convolutions and factorized reduces, and scattered back. Images that a
// group lacks are zeros.
import * as L from '../../../wasm/assembly/image-layout.as.ts';

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
