// Depthwise convolution in blocks of 4 positions and 8 (or 4) channels in registers. Positions are pixels of a row,
// or the same pixel of several images where images are small: then no padding is read and no tap is wasted.
// Forward and input gradient walk in the same way over the taps that meet an output (depthwise-axis.as.ts). Rows of
// pixels go through depthwise-rows.as.ts where their taps allow it.
import { ENTRY } from './depthwise-axis.as.ts';
import { rowTaps } from './depthwise-rows.as.ts';

/**
 * Output (or gradient of the input): dst[position] (+)= sum over taps of src[position, tap] * weight[tap].
 * All distances in bytes. Channels of src stand in tiles of at most 16, each [rows, columns, 16]; those of dst and
 * of the weights side by side. `blocks` of 4 positions at every row and column. whole: these are all columns that src
 * has but for its padding, one or two blocks.
 */
export function depthwiseTaps(
  src: usize,
  srcPosition: i32,
  srcRow: i32,
  srcColumn: i32,
  srcTile: i32,
  dst: usize,
  dstPosition: i32,
  dstRow: i32,
  dstColumn: i32,
  weight: usize,
  channels: i32,
  kernel: i32,
  rowTable: usize,
  rows: i32,
  columnTable: usize,
  columns: i32,
  step: i32,
  taps: i32,
  blocks: i32,
  whole: bool,
  accumulate: bool,
): void {
  const tapBytes = channels << 2;
  const weightColumn = taps * tapBytes;
  const weightRow = weightColumn * kernel;
  const stepColumn = step * srcColumn;
  const stepRow = step * srcRow;
  const srcBlock = srcPosition << 2;
  const dstBlock = dstPosition << 2;
  const unit = srcPosition == (stepColumn < 0 ? -stepColumn : stepColumn);
  for (let tile = 0; tile < channels; tile += 16) {
    const width = min(16, channels - tile) << 2;
    for (let i = 0; i < rows; i++) {
      const rowEntry = rowTable + <usize>i * ENTRY;
      const rowCount = load<i32>(rowEntry);
      const srcAtRow = src + load<i32>(rowEntry, 4) * srcRow;
      const tapAtRow = load<i32>(rowEntry, 8) * kernel;
      for (let j = 0; j < columns; j++) {
        const entry = columnTable + <usize>j * ENTRY;
        const columnCount = rowCount == 0 ? 0 : load<i32>(entry);
        const srcAt = srcAtRow + load<i32>(entry, 4) * srcColumn;
        const weightAt = weight + (tile << 2) + (tapAtRow + load<i32>(entry, 8)) * tapBytes;
        const dstAt = dst + (tile << 2) + i * dstRow + j * dstColumn;
        let c = 0;
        if (unit && (columnCount == 3 || columnCount == 5)) {
          // Taps in rising order of their columns.
          const turned = stepColumn < 0 ? columnCount - 1 : 0;
          const from = srcAt + turned * stepColumn;
          const first = weightAt + turned * weightColumn;
          const column = stepColumn < 0 ? -weightColumn : weightColumn;
          for (; c < width; c += 16) {
            let s = from + c;
            let d = dstAt + c;
            const w = first + c;
            if (whole) {
              if (columnCount == 5) {
                if (blocks == 2) rowTaps(true, true, true, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
                else rowTaps(true, false, true, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
              } else if (blocks == 2) rowTaps(false, true, true, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
              else rowTaps(false, false, true, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
              continue;
            }
            for (let block = blocks; block > 0; block -= 2) {
              if (columnCount == 5) {
                if (block > 1) rowTaps(true, true, false, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
                else rowTaps(true, false, false, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
              } else if (block > 1) rowTaps(false, true, false, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
              else rowTaps(false, false, false, s, stepRow, srcPosition, rowCount, w, weightRow, column, d, dstPosition, accumulate);
              s += srcBlock << 1;
              d += dstBlock << 1;
            }
          }
        }
        for (; c + 32 <= width; c += 32) {
          let source = srcAt + c;
          let target = dstAt + c;
          for (let block = 0; block < blocks; block++) {
            let a0 = f32x4.splat(0),
              a1 = a0,
              b0 = a0,
              b1 = a0,
              c0 = a0,
              c1 = a0,
              d0 = a0,
              d1 = a0;
            let fromRow = source;
            let weightFrom = weightAt + c;
            for (let a = columnCount == 0 ? 0 : rowCount; a > 0; a--) {
              let p = fromRow;
              let q = p + srcPosition;
              let r = q + srcPosition;
              let s = r + srcPosition;
              let w = weightFrom;
              for (let b = columnCount; b > 0; b--) {
                const w0 = v128.load(w);
                const w1 = v128.load(w, 16);
                a0 = f32x4.add(a0, f32x4.mul(w0, v128.load(p)));
                a1 = f32x4.add(a1, f32x4.mul(w1, v128.load(p, 16)));
                b0 = f32x4.add(b0, f32x4.mul(w0, v128.load(q)));
                b1 = f32x4.add(b1, f32x4.mul(w1, v128.load(q, 16)));
                c0 = f32x4.add(c0, f32x4.mul(w0, v128.load(r)));
                c1 = f32x4.add(c1, f32x4.mul(w1, v128.load(r, 16)));
                d0 = f32x4.add(d0, f32x4.mul(w0, v128.load(s)));
                d1 = f32x4.add(d1, f32x4.mul(w1, v128.load(s, 16)));
                p += stepColumn;
                q += stepColumn;
                r += stepColumn;
                s += stepColumn;
                w += weightColumn;
              }
              fromRow += stepRow;
              weightFrom += weightRow;
            }
            const t1 = target + dstPosition;
            const t2 = t1 + dstPosition;
            const t3 = t2 + dstPosition;
            if (accumulate) {
              a0 = f32x4.add(a0, v128.load(target));
              a1 = f32x4.add(a1, v128.load(target, 16));
              b0 = f32x4.add(b0, v128.load(t1));
              b1 = f32x4.add(b1, v128.load(t1, 16));
              c0 = f32x4.add(c0, v128.load(t2));
              c1 = f32x4.add(c1, v128.load(t2, 16));
              d0 = f32x4.add(d0, v128.load(t3));
              d1 = f32x4.add(d1, v128.load(t3, 16));
            }
            v128.store(target, a0);
            v128.store(target, a1, 16);
            v128.store(t1, b0);
            v128.store(t1, b1, 16);
            v128.store(t2, c0);
            v128.store(t2, c1, 16);
            v128.store(t3, d0);
            v128.store(t3, d1, 16);
            source += srcBlock;
            target += dstBlock;
          }
        }
        if (c < width) {
          let source = srcAt + c;
          let target = dstAt + c;
          for (let block = 0; block < blocks; block++) {
            let a0 = f32x4.splat(0),
              b0 = a0,
              c0 = a0,
              d0 = a0;
            let fromRow = source;
            let weightFrom = weightAt + c;
            for (let a = columnCount == 0 ? 0 : rowCount; a > 0; a--) {
              let p = fromRow;
              let q = p + srcPosition;
              let r = q + srcPosition;
              let s = r + srcPosition;
              let w = weightFrom;
              for (let b = columnCount; b > 0; b--) {
                const w0 = v128.load(w);
                a0 = f32x4.add(a0, f32x4.mul(w0, v128.load(p)));
                b0 = f32x4.add(b0, f32x4.mul(w0, v128.load(q)));
                c0 = f32x4.add(c0, f32x4.mul(w0, v128.load(r)));
                d0 = f32x4.add(d0, f32x4.mul(w0, v128.load(s)));
                p += stepColumn;
                q += stepColumn;
                r += stepColumn;
                s += stepColumn;
                w += weightColumn;
              }
              fromRow += stepRow;
              weightFrom += weightRow;
            }
            const t1 = target + dstPosition;
            const t2 = t1 + dstPosition;
            const t3 = t2 + dstPosition;
            if (accumulate) {
              a0 = f32x4.add(a0, v128.load(target));
              b0 = f32x4.add(b0, v128.load(t1));
              c0 = f32x4.add(c0, v128.load(t2));
              d0 = f32x4.add(d0, v128.load(t3));
            }
            v128.store(target, a0);
            v128.store(t1, b0);
            v128.store(t2, c0);
            v128.store(t3, d0);
            source += srcBlock;
            target += dstBlock;
          }
        }
      }
    }
    src += srcTile;
  }
}
