// Max and average pools of a fan, 3x3 padded by 1, over a group of images: straight from the input, which is not
// rectified here. Windows are clipped at the border; ties of a maximum go to the first in row-major order.
import * as L from './layout.as.ts';

/** x: the group's first image; y: its output. */
export function poolForward(x: usize, y: usize, average: bool, valid: i32): void {
  const rowBytes = L.inW * L.pixelBytes;
  let to = y;
  for (let image = 0; image < valid; image++) {
    const base = x + image * L.inH * rowBytes;
    for (let i = 0; i < L.outH; i++) {
      const top = max(0, i * L.stride - 1);
      const bottom = min(L.inH, i * L.stride + 2);
      for (let j = 0; j < L.outW; j++) {
        const left = max(0, j * L.stride - 1);
        const right = min(L.inW, j * L.stride + 2);
        const from = base + top * rowBytes + left * L.pixelBytes;
        const factor = f32x4.splat(<f32>1 / <f32>((bottom - top) * (right - left)));
        for (let c = 0; c < L.pixelBytes; c += 16) {
          let line = from + c;
          let value = average ? f32x4.splat(0) : v128.load(line);
          for (let row = top; row < bottom; row++) {
            let p = line;
            for (let column = left; column < right; column++) {
              value = average ? f32x4.add(value, v128.load(p)) : f32x4.pmax(value, v128.load(p));
              p += L.pixelBytes;
            }
            line += rowBytes;
          }
          v128.store(to + c, average ? f32x4.mul(value, factor) : value);
        }
        to += L.pixelBytes;
      }
    }
  }
}

/** Adds to the dx buffer; dy: plain rows, as the draw buffer has them. */
export function poolBackward(x: usize, dy: usize, average: bool, valid: i32): void {
  const rowBytes = L.inW * L.pixelBytes;
  for (let image = 0; image < valid; image++) {
    const base = x + image * L.inH * rowBytes;
    const into = L.dx + image * L.inH * L.dxRow;
    for (let i = 0; i < L.outH; i++) {
      const top = max(0, i * L.stride - 1);
      const bottom = min(L.inH, i * L.stride + 2);
      let q = dy + (image * L.outH + i) * L.plainRow;
      for (let j = 0; j < L.outW; j++) {
        const left = max(0, j * L.stride - 1);
        const right = min(L.inW, j * L.stride + 2);
        const from = base + top * rowBytes + left * L.pixelBytes;
        const to = into + top * L.dxRow + left * L.pixelBytes;
        const factor = f32x4.splat(<f32>1 / <f32>((bottom - top) * (right - left)));
        for (let c = 0; c < L.pixelBytes; c += 16) {
          if (average) addAverage(to + c, f32x4.mul(v128.load(q + c), factor), bottom - top, right - left);
          else addLargest(from + c, to + c, v128.load(q + c), rowBytes, bottom - top, right - left);
        }
        q += L.pixelBytes;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addAverage(to: usize, share: v128, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    let p = to;
    for (let column = 0; column < columns; column++) {
      v128.store(p, f32x4.add(v128.load(p), share));
      p += L.pixelBytes;
    }
    to += L.dxRow;
  }
}

// @ts-ignore: decorator
@inline
function addLargest(from: usize, to: usize, dy: v128, rowBytes: i32, rows: i32, columns: i32): void {
  let largest = v128.load(from);
  let line = from;
  for (let row = 0; row < rows; row++) {
    let p = line;
    for (let column = 0; column < columns; column++) {
      largest = f32x4.pmax(largest, v128.load(p));
      p += L.pixelBytes;
    }
    line += rowBytes;
  }
  // What is left to give: all lanes once, then none.
  let rest = dy;
  line = from;
  for (let row = 0; row < rows; row++) {
    let p = line;
    let q = to;
    for (let column = 0; column < columns; column++) {
      const here = f32x4.eq(largest, v128.load(p));
      v128.store(q, f32x4.add(v128.load(q), v128.and(here, rest)));
      rest = v128.andnot(rest, here);
      p += L.pixelBytes;
      q += L.pixelBytes;
    }
    line += rowBytes;
    to += L.dxRow;
  }
}
