// Max and average pools of a fan, 3x3 padded by 1, over a group of images: straight from the input, which is not
// rectified here. Windows are clipped at the border; ties of a maximum go to the first in row-major order.
import { zero } from '../../../wasm/assembly/norm.as.ts';
import * as L from '../../../wasm/assembly/image-layout.as.ts';

/**
 * x: the group's first image; y: its output. First down the columns into a row of sums or maxima (in the between
 * buffer), then along that row.
 */
export function poolForward(x: usize, y: usize, average: bool, valid: i32): void {
  const rowBytes = L.inW * L.pixelBytes;
  let to = y;
  for (let image = 0; image < valid; image++) {
    const base = x + image * L.inH * rowBytes;
    for (let i = 0; i < L.outH; i++) {
      const top = max(0, i * L.stride - 1);
      const rows = min(L.inH, i * L.stride + 2) - top;
      if (average) foldRows(base + top * rowBytes, rows, rowBytes, true);
      else foldRows(base + top * rowBytes, rows, rowBytes, false);
      for (let j = 0; j < L.outW; j++) {
        const left = max(0, j * L.stride - 1);
        const columns = min(L.inW, j * L.stride + 2) - left;
        const from = L.between + left * L.pixelBytes;
        const last = from + (columns - 1) * L.pixelBytes;
        // Of two columns the maximum may take one twice; a sum has a middle only where there are three.
        const middle = columns == 1 ? from : from + L.pixelBytes;
        if (average) {
          const factor = f32x4.splat(<f32>1 / <f32>(rows * columns));
          for (let c = 0; c < L.pixelBytes; c += 16) {
            let sum = v128.load(from + c);
            if (columns > 1) sum = f32x4.add(sum, v128.load(middle + c));
            if (columns > 2) sum = f32x4.add(sum, v128.load(last + c));
            v128.store(to + c, f32x4.mul(sum, factor));
          }
        } else {
          for (let c = 0; c < L.pixelBytes; c += 16) {
            const largest = f32x4.pmax(v128.load(from + c), v128.load(middle + c));
            v128.store(to + c, f32x4.pmax(largest, v128.load(last + c)));
          }
        }
        to += L.pixelBytes;
      }
    }
  }
}

/** between = sum or maximum of up to 3 rows. */
// @ts-ignore: decorator
@inline
function foldRows(x: usize, rows: i32, rowBytes: i32, average: bool): void {
  const middle = rows > 1 ? x + rowBytes : x;
  const last = x + (rows - 1) * rowBytes;
  for (let at = 0; at < rowBytes; at += 16) {
    let value = v128.load(x + at);
    if (average) {
      if (rows > 1) value = f32x4.add(value, v128.load(middle + at));
      if (rows > 2) value = f32x4.add(value, v128.load(last + at));
    } else value = f32x4.pmax(f32x4.pmax(value, v128.load(middle + at)), v128.load(last + at));
    v128.store(L.between + at, value);
  }
}

/** Adds to the dx buffer; y: the pool's output; dy: plain rows, as the dRaw buffer has them. */
export function poolBackward(x: usize, y: usize, dy: usize, average: bool, valid: i32): void {
  const rowBytes = L.inW * L.pixelBytes;
  for (let image = 0; image < valid; image++) {
    const base = x + image * L.inH * rowBytes;
    const into = L.dx + image * L.inH * L.dxRow;
    for (let i = 0; i < L.outH; i++) {
      const top = max(0, i * L.stride - 1);
      const rows = min(L.inH, i * L.stride + 2) - top;
      const from = dy + (image * L.outH + i) * L.plainRow;
      const to = into + top * L.dxRow;
      if (average) addAverages(from, to, rows);
      else {
        const largest = y + (image * L.outH + i) * L.outW * L.pixelBytes;
        addLargests(base + top * rowBytes, largest, from, to, rowBytes, rows);
      }
    }
  }
}

/** An output row of an average pool: its shares first along a row (in the between buffer), then down the columns. */
function addAverages(dy: usize, to: usize, rows: i32): void {
  const rowBytes = L.inW * L.pixelBytes;
  zero(L.between, rowBytes);
  for (let j = 0; j < L.outW; j++) {
    const left = max(0, j * L.stride - 1);
    const columns = min(L.inW, j * L.stride + 2) - left;
    const factor = f32x4.splat(<f32>1 / <f32>(rows * columns));
    const line = L.between + left * L.pixelBytes;
    for (let c = 0; c < L.pixelBytes; c += 16) {
      const share = f32x4.mul(v128.load(dy + c), factor);
      let p = line + c;
      for (let column = 0; column < columns; column++) {
        v128.store(p, f32x4.add(v128.load(p), share));
        p += L.pixelBytes;
      }
    }
    dy += L.pixelBytes;
  }
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < rowBytes; at += 16) {
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(L.between + at)));
    }
    to += L.dxRow;
  }
}

/** An output row of a maximum pool. */
function addLargests(x: usize, y: usize, dy: usize, to: usize, rowBytes: i32, rows: i32): void {
  for (let j = 0; j < L.outW; j++) {
    const left = max(0, j * L.stride - 1);
    const columns = min(L.inW, j * L.stride + 2) - left;
    const offset = left * L.pixelBytes;
    for (let c = 0; c < L.pixelBytes; c += 16) {
      const largest = v128.load(y + c);
      addLargest(x + offset + c, to + offset + c, largest, v128.load(dy + c), rowBytes, rows, columns);
    }
    y += L.pixelBytes;
    dy += L.pixelBytes;
  }
}

// @ts-ignore: decorator
@inline
function addLargest(
  from: usize,
  to: usize,
  largest: v128,
  dy: v128,
  rowBytes: i32,
  rows: i32,
  columns: i32,
): void {
  // Lanes of dy whose maximum is not found yet: all, in the end none.
  let rest = dy;
  let line = from;
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
