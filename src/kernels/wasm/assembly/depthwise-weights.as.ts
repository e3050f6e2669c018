// The weight gradient of a depthwise convolution, over the same positions and taps as depthwise.as.ts.
import { ENTRY } from './depthwise-axis.as.ts';
import { rowWeights } from './depthwise-rows.as.ts';

/** Pixels of a band of rows, which stay in the L1 cache while all taps and channels of a tile go over them. */
const BAND: i32 = 64;

/** A tile's weight gradient by bands of rows: a row of taps after the other, over all rows of the band it meets. */
function rowsWeights(
  src: usize,
  srcPosition: i32,
  srcRow: i32,
  dilation: i32,
  dy: usize,
  dyPosition: i32,
  dyRow: i32,
  dweight: usize,
  tapBytes: i32,
  kernel: i32,
  rowTable: usize,
  rows: i32,
  blocks: i32,
  whole: bool,
  width: i32,
): void {
  const height = max(1, BAND / (blocks << 2));
  for (let band = 0; band < rows; band += height) {
    const bandEnd = min(rows, band + height);
    for (let a = 0; a < kernel; a++) {
      // Runs of output rows that this row of taps meets, at an even distance in the source.
      let last = band;
      while (last < bandEnd) {
        const first = last++;
        if (!meets(rowTable, first, a)) continue;
        const start = sourceRow(rowTable, first, a, dilation);
        let advance = 0;
        while (last < bandEnd && meets(rowTable, last, a)) {
          const distance = sourceRow(rowTable, last, a, dilation) - sourceRow(rowTable, last - 1, a, dilation);
          if (last == first + 1) advance = distance;
          else if (distance != advance) break;
          last++;
        }
        const from = src + start * srcRow;
        const q = dy + first * dyRow;
        const w = dweight + a * kernel * tapBytes;
        const n = last - first;
        const s = advance * srcRow;
        for (let c = 0; c < width; c += 16) {
          const p = from + c;
          if (kernel == 5) {
            if (whole) {
              if (blocks == 2) rowWeights(true, true, true, p, s, srcPosition, q + c, dyRow, dyPosition, n, 1, w + c, tapBytes);
              else rowWeights(true, false, true, p, s, srcPosition, q + c, dyRow, dyPosition, n, 1, w + c, tapBytes);
            } else if ((blocks & 1) == 0) rowWeights(true, true, false, p, s, srcPosition, q + c, dyRow, dyPosition, n, blocks >> 1, w + c, tapBytes);
            else rowWeights(true, false, false, p, s, srcPosition, q + c, dyRow, dyPosition, n, blocks, w + c, tapBytes);
          } else if (whole) {
            if (blocks == 2) rowWeights(false, true, true, p, s, srcPosition, q + c, dyRow, dyPosition, n, 1, w + c, tapBytes);
            else rowWeights(false, false, true, p, s, srcPosition, q + c, dyRow, dyPosition, n, 1, w + c, tapBytes);
          } else if ((blocks & 1) == 0) rowWeights(false, true, false, p, s, srcPosition, q + c, dyRow, dyPosition, n, blocks >> 1, w + c, tapBytes);
          else rowWeights(false, false, false, p, s, srcPosition, q + c, dyRow, dyPosition, n, blocks, w + c, tapBytes);
        }
      }
    }
  }
}

/** The source row that a row of taps meets at an output row, which it does meet. */
// @ts-ignore: decorator
@inline
function sourceRow(rowTable: usize, row: i32, tap: i32, dilation: i32): i32 {
  const entry = rowTable + <usize>row * ENTRY;
  return load<i32>(entry, 4) + (tap - load<i32>(entry, 8)) * dilation;
}

/** Whether a row of taps meets an output row. */
// @ts-ignore: decorator
@inline
function meets(rowTable: usize, row: i32, tap: i32): bool {
  const entry = rowTable + <usize>row * ENTRY;
  const first = load<i32>(entry, 8);
  return tap >= first && tap < first + load<i32>(entry);
}

/**
 * Adds to dweight[tap] the sum over positions of src[position, tap] * dy[position]. Distances as above; dy is tiled
 * as src is, and holds zeros at positions that are none, of a finite src.
 */
export function depthwiseWeights(
  src: usize,
  srcPosition: i32,
  srcRow: i32,
  srcColumn: i32,
  srcTile: i32,
  dy: usize,
  dyPosition: i32,
  dyRow: i32,
  dyColumn: i32,
  dyTile: i32,
  dweight: usize,
  channels: i32,
  kernel: i32,
  rowTable: usize,
  rows: i32,
  columnTable: usize,
  columns: i32,
  dilation: i32,
  blocks: i32,
  whole: bool,
): void {
  const tapBytes = channels << 2;
  const weightRow = tapBytes * kernel;
  const stepColumn = dilation * srcColumn;
  const stepRow = dilation * srcRow;
  if (stepColumn == srcPosition && (load<i32>(columnTable) == 3 || load<i32>(columnTable) == 5)) {
    for (let tile = 0; tile < channels; tile += 16) {
      const width = min(16, channels - tile) << 2;
      for (let j = 0; j < columns; j++) {
        const from = src + load<i32>(columnTable + <usize>j * ENTRY, 4) * srcColumn;
        const to = dweight + (tile << 2);
        rowsWeights(from, srcPosition, srcRow, dilation, dy + j * dyColumn, dyPosition, dyRow, to, tapBytes, kernel, rowTable, rows, blocks, whole, width);
      }
      src += srcTile;
      dy += dyTile;
    }
    return;
  }
  for (let tile = 0; tile < channels; tile += 16) {
    const width = min(16, channels - tile) << 2;
    for (let i = 0; i < rows; i++) {
      const rowEntry = rowTable + <usize>i * ENTRY;
      const rowCount = load<i32>(rowEntry);
      const srcAtRow = src + load<i32>(rowEntry, 4) * srcRow;
      const tapAtRow = load<i32>(rowEntry, 8) * kernel;
      for (let j = 0; j < columns; j++) {
        const entry = columnTable + <usize>j * ENTRY;
        const columnCount = load<i32>(entry);
        if (columnCount == 0) continue;
        const srcAt = srcAtRow + load<i32>(entry, 4) * srcColumn;
        const weightAt = dweight + (tile << 2) + (tapAtRow + load<i32>(entry, 8)) * tapBytes;
        const dyAt = dy + i * dyRow + j * dyColumn;
        for (let block = 0; block < blocks; block++) {
          const dy0 = dyAt + block * (dyPosition << 2);
          const dy1 = dy0 + dyPosition;
          const dy2 = dy1 + dyPosition;
          const dy3 = dy2 + dyPosition;
          const from = srcAt + block * (srcPosition << 2);
          let c = 0;
          for (; c + 32 <= width; c += 32) {
            const a0 = v128.load(dy0 + c),
              a1 = v128.load(dy0 + c, 16);
            const b0 = v128.load(dy1 + c),
              b1 = v128.load(dy1 + c, 16);
            const c0 = v128.load(dy2 + c),
              c1 = v128.load(dy2 + c, 16);
            const d0 = v128.load(dy3 + c),
              d1 = v128.load(dy3 + c, 16);
            let fromRow = from + c;
            let weightFrom = weightAt + c;
            for (let a = rowCount; a > 0; a--) {
              let p = fromRow;
              let q = p + srcPosition;
              let r = q + srcPosition;
              let s = r + srcPosition;
              let w = weightFrom;
              for (let b = columnCount; b > 0; b--) {
                const left = f32x4.add(f32x4.mul(a0, v128.load(p)), f32x4.mul(b0, v128.load(q)));
                const right = f32x4.add(f32x4.mul(c0, v128.load(r)), f32x4.mul(d0, v128.load(s)));
                v128.store(w, f32x4.add(v128.load(w), f32x4.add(left, right)));
                const left1 = f32x4.add(f32x4.mul(a1, v128.load(p, 16)), f32x4.mul(b1, v128.load(q, 16)));
                const right1 = f32x4.add(f32x4.mul(c1, v128.load(r, 16)), f32x4.mul(d1, v128.load(s, 16)));
                v128.store(w, f32x4.add(v128.load(w, 16), f32x4.add(left1, right1)), 16);
                p += stepColumn;
                q += stepColumn;
                r += stepColumn;
                s += stepColumn;
                w += tapBytes;
              }
              fromRow += stepRow;
              weightFrom += weightRow;
            }
          }
          if (c < width) {
            const a0 = v128.load(dy0 + c);
            const b0 = v128.load(dy1 + c);
            const c0 = v128.load(dy2 + c);
            const d0 = v128.load(dy3 + c);
            let fromRow = from + c;
            let weightFrom = weightAt + c;
            for (let a = rowCount; a > 0; a--) {
              let p = fromRow;
              let w = weightFrom;
              for (let b = columnCount; b > 0; b--) {
                const q = p + srcPosition;
                const r = q + srcPosition;
                const left = f32x4.add(f32x4.mul(a0, v128.load(p)), f32x4.mul(b0, v128.load(q)));
                const right = f32x4.add(
                  f32x4.mul(c0, v128.load(r)),
                  f32x4.mul(d0, v128.load(r + srcPosition)),
                );
                v128.store(w, f32x4.add(v128.load(w), f32x4.add(left, right)));
                p += stepColumn;
                w += tapBytes;
              }
              fromRow += stepRow;
              weightFrom += weightRow;
            }
          }
        }
      }
    }
    src += srcTile;
    dy += dyTile;
  }
}
