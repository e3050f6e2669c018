// Depthwise convolution in blocks of 4 positions and 8 (or 4) channels in registers. Positions are pixels of a row, or
// the same pixel of several images where images are small: then no padding is read and no tap is wasted. Forward and
// input gradient visit in the same way the taps that meet an output (depthwise-axis.as.ts). Rows of pixels go through
// depthwise-rows.as.ts where their taps allow it. depthwise-naive.as.ts has the same sums in plain loops.
import { ENTRY } from './depthwise-axis.as.ts';
import { rowTaps } from './depthwise-rows.as.ts';
import * as W from './depthwise-walk.as.ts';

/** Along the walk: out[position] (+)= sum over taps of src[position, tap] * weight[tap]. */
export function depthwiseTaps(accumulate: bool): void {
  const sharesColumns = W.sharesColumns();
  const tapBytes = W.tapBytes;
  let src = W.src;
  let out = W.out;
  for (let tile = 0; tile < W.channels; tile += 16) {
    const width = min(16, W.channels - tile) << 2;
    for (let i = 0; i < W.rows; i++) {
      const rowEntry = W.rowTable + <usize>i * ENTRY;
      const rowCount = load<i32>(rowEntry);
      const srcAtRow = src + load<i32>(rowEntry, 4) * W.srcRow;
      const tapAtRow = load<i32>(rowEntry, 8) * W.kernel;
      for (let j = 0; j < W.columns; j++) {
        const entry = W.columnTable + <usize>j * ENTRY;
        const columnCount = rowCount == 0 ? 0 : load<i32>(entry);
        const from = srcAtRow + load<i32>(entry, 4) * W.srcColumn;
        const weight = W.weight + (tile << 2) + (tapAtRow + load<i32>(entry, 8)) * tapBytes;
        const to = out + i * W.outRow + j * W.outColumn;
        let c = 0;
        if (sharesColumns && (columnCount == 3 || columnCount == 5)) {
          // Taps in rising order of their columns.
          const turned = W.stepColumn < 0 ? columnCount - 1 : 0;
          const first = from + turned * W.stepColumn;
          const firstWeight = weight + turned * W.weightColumn;
          for (; c < width; c += 16) {
            addRow(first + c, firstWeight + c, to + c, rowCount, columnCount == 5, accumulate);
          }
        }
        for (; c + 32 <= width; c += 32) {
          addBlocks(true, from + c, weight + c, to + c, columnCount == 0 ? 0 : rowCount, columnCount, accumulate);
        }
        if (c < width) {
          addBlocks(false, from + c, weight + c, to + c, columnCount == 0 ? 0 : rowCount, columnCount, accumulate);
        }
      }
    }
    src += W.srcTile;
    out += W.outTile;
  }
}

/** All blocks of a row of pixels, 4 channels: two blocks at a time where there are two. */
// @ts-ignore: decorator
@inline
function addRow(from: usize, weight: usize, to: usize, rows: i32, five: bool, accumulate: bool): void {
  if (W.whole) {
    if (five) {
      if (W.blocks == 2) rowTaps(true, true, true, from, weight, to, rows, accumulate);
      else rowTaps(true, false, true, from, weight, to, rows, accumulate);
    } else if (W.blocks == 2) rowTaps(false, true, true, from, weight, to, rows, accumulate);
    else rowTaps(false, false, true, from, weight, to, rows, accumulate);
    return;
  }
  for (let block = W.blocks; block > 0; block -= 2) {
    if (five) {
      if (block > 1) rowTaps(true, true, false, from, weight, to, rows, accumulate);
      else rowTaps(true, false, false, from, weight, to, rows, accumulate);
    } else if (block > 1) rowTaps(false, true, false, from, weight, to, rows, accumulate);
    else rowTaps(false, false, false, from, weight, to, rows, accumulate);
    from += W.srcPosition << 3;
    to += W.outPosition << 3;
  }
}

/** All blocks of 4 positions, 8 channels or, not wide, 4. wide is a constant of the callers. */
// @ts-ignore: decorator
@inline
function addBlocks(
  wide: bool,
  from: usize,
  weight: usize,
  to: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
): void {
  const srcPosition = W.srcPosition;
  const outPosition = W.outPosition;
  const stepColumn = W.stepColumn;
  const weightColumn = W.weightColumn;
  for (let block = W.blocks; block > 0; block--) {
    let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
    let fromRow = from;
    let weightRow = weight;
    for (let a = rows; a > 0; a--) {
      let p = fromRow;
      let q = p + srcPosition;
      let r = q + srcPosition;
      let s = r + srcPosition;
      let w = weightRow;
      for (let b = columns; b > 0; b--) {
        const w0 = v128.load(w);
        a0 = f32x4.add(a0, f32x4.mul(w0, v128.load(p)));
        b0 = f32x4.add(b0, f32x4.mul(w0, v128.load(q)));
        c0 = f32x4.add(c0, f32x4.mul(w0, v128.load(r)));
        d0 = f32x4.add(d0, f32x4.mul(w0, v128.load(s)));
        if (wide) {
          const w1 = v128.load(w, 16);
          a1 = f32x4.add(a1, f32x4.mul(w1, v128.load(p, 16)));
          b1 = f32x4.add(b1, f32x4.mul(w1, v128.load(q, 16)));
          c1 = f32x4.add(c1, f32x4.mul(w1, v128.load(r, 16)));
          d1 = f32x4.add(d1, f32x4.mul(w1, v128.load(s, 16)));
        }
        p += stepColumn;
        q += stepColumn;
        r += stepColumn;
        s += stepColumn;
        w += weightColumn;
      }
      fromRow += W.stepRow;
      weightRow += W.weightRow;
    }
    const t1 = to + outPosition;
    const t2 = t1 + outPosition;
    const t3 = t2 + outPosition;
    storeSum(to, 0, a0, accumulate);
    storeSum(t1, 0, b0, accumulate);
    storeSum(t2, 0, c0, accumulate);
    storeSum(t3, 0, d0, accumulate);
    if (wide) {
      storeSum(to, 16, a1, accumulate);
      storeSum(t1, 16, b1, accumulate);
      storeSum(t2, 16, c1, accumulate);
      storeSum(t3, 16, d1, accumulate);
    }
    from += srcPosition << 2;
    to += outPosition << 2;
  }
}

// @ts-ignore: decorator
@inline
function storeSum(to: usize, offset: usize, sum: v128, accumulate: bool): void {
  v128.store(to + offset, accumulate ? f32x4.add(sum, v128.load(to + offset)) : sum);
}
