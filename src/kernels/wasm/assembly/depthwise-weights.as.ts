// The weight gradient of a depthwise convolution, over the same positions and taps as depthwise.as.ts.
import { ENTRY } from './depthwise-axis.as.ts';
import { rowWeights } from './depthwise-rows.as.ts';
import * as W from './depthwise-walk.as.ts';

/** Pixels of a band of rows, which stay in the L1 cache while all taps and channels of a tile are summed over them. */
const BAND: i32 = 64;

/**
 * Along the walk: weight[tap] += sum over positions of src[position, tap] * out[position], where out holds the output's
 * gradient. out is zero at positions beyond the image, and src is finite there.
 */
export function depthwiseWeights(): void {
  const taps = load<i32>(W.columnTable);
  const byRows = W.sharesColumns() && (taps == 3 || taps == 5);
  let src = W.src;
  let dy = W.out;
  for (let tile = 0; tile < W.channels; tile += 16) {
    const width = min(16, W.channels - tile) << 2;
    const weight = W.weight + (tile << 2);
    if (byRows) {
      for (let j = 0; j < W.columns; j++) {
        const first = load<i32>(W.columnTable + <usize>j * ENTRY, 4);
        addBands(src + first * W.srcColumn, dy + j * W.outColumn, weight, width);
      }
    } else addTile(src, dy, weight, width);
    src += W.srcTile;
    dy += W.outTile;
  }
}

/** A tile's gradient by bands of rows: one row of taps after the other, over all rows of the band that it meets. */
function addBands(src: usize, dy: usize, dweight: usize, width: i32): void {
  const height = max(1, BAND / (W.blocks << 2));
  const tapRow = W.kernel * W.tapBytes;
  const rowTable = W.rowTable;
  const rows = W.rows;
  const srcRow = W.srcRow;
  const stepRow = W.stepRow;
  for (let band = 0; band < rows; band += height) {
    const bandEnd = min(rows, band + height);
    for (let a = 0; a < W.kernel; a++) {
      // Runs of output rows that this row of taps meets, at an even distance in the source.
      let last = band;
      while (last < bandEnd) {
        const first = last++;
        if (!meets(rowTable, first, a)) continue;
        const start = sourceRow(rowTable, first, a, srcRow, stepRow);
        let advance = 0;
        while (last < bandEnd && meets(rowTable, last, a)) {
          const before = sourceRow(rowTable, last - 1, a, srcRow, stepRow);
          const distance = sourceRow(rowTable, last, a, srcRow, stepRow) - before;
          if (last == first + 1) advance = distance;
          else if (distance != advance) break;
          last++;
        }
        const from = src + start;
        const gradient = dy + first * W.outRow;
        const to = dweight + a * tapRow;
        addRow(from, advance, gradient, last - first, to, width);
      }
    }
  }
}

/** A row of taps: over `rows` output rows whose source rows are `srcRow` bytes apart. */
// @ts-ignore: decorator
@inline
function addRow(src: usize, srcRow: i32, dy: usize, rows: i32, to: usize, width: i32): void {
  const eight = W.whole ? W.blocks == 2 : (W.blocks & 1) == 0;
  if (W.kernel == 5) {
    if (W.whole) {
      if (eight) rowWeights(true, true, true, src, srcRow, dy, rows, to, width);
      else rowWeights(true, false, true, src, srcRow, dy, rows, to, width);
    } else if (eight) rowWeights(true, true, false, src, srcRow, dy, rows, to, width);
    else rowWeights(true, false, false, src, srcRow, dy, rows, to, width);
  } else if (W.whole) {
    if (eight) rowWeights(false, true, true, src, srcRow, dy, rows, to, width);
    else rowWeights(false, false, true, src, srcRow, dy, rows, to, width);
  } else if (eight) rowWeights(false, true, false, src, srcRow, dy, rows, to, width);
  else rowWeights(false, false, false, src, srcRow, dy, rows, to, width);
}

/** Whether a row of taps meets an output row. */
// @ts-ignore: decorator
@inline
function meets(rowTable: usize, row: i32, tap: i32): bool {
  const entry = rowTable + <usize>row * ENTRY;
  const first = load<i32>(entry, 8);
  return tap >= first && tap < first + load<i32>(entry);
}

/** Where the source row starts that a row of taps reads for an output row that it meets. */
// @ts-ignore: decorator
@inline
function sourceRow(rowTable: usize, row: i32, tap: i32, srcRow: i32, stepRow: i32): i32 {
  const entry = rowTable + <usize>row * ENTRY;
  return load<i32>(entry, 4) * srcRow + (tap - load<i32>(entry, 8)) * stepRow;
}

/** A tile's gradient by blocks of 4 positions. */
function addTile(src: usize, dy: usize, dweight: usize, width: i32): void {
  for (let i = 0; i < W.rows; i++) {
    const rowEntry = W.rowTable + <usize>i * ENTRY;
    const rowCount = load<i32>(rowEntry);
    const srcAtRow = src + load<i32>(rowEntry, 4) * W.srcRow;
    const tapAtRow = load<i32>(rowEntry, 8) * W.kernel;
    for (let j = 0; j < W.columns; j++) {
      const entry = W.columnTable + <usize>j * ENTRY;
      const columnCount = load<i32>(entry);
      if (columnCount == 0) continue;
      const from = srcAtRow + load<i32>(entry, 4) * W.srcColumn;
      const to = dweight + (tapAtRow + load<i32>(entry, 8)) * W.tapBytes;
      const gradient = dy + i * W.outRow + j * W.outColumn;
      for (let block = 0; block < W.blocks; block++) {
        const p = from + block * (W.srcPosition << 2);
        const q = gradient + block * (W.outPosition << 2);
        let c = 0;
        for (; c + 32 <= width; c += 32) addBlock(true, p + c, q + c, to + c, rowCount, columnCount);
        if (c < width) addBlock(false, p + c, q + c, to + c, rowCount, columnCount);
      }
    }
  }
}

/** One block of 4 positions, 8 channels or, not wide, 4: to all taps that meet it. wide is a constant of the callers. */
// @ts-ignore: decorator
@inline
function addBlock(wide: bool, from: usize, dy: usize, to: usize, rows: i32, columns: i32): void {
  const srcPosition = W.srcPosition;
  const stepColumn = W.stepColumn;
  const tapBytes = W.tapBytes;
  const dy1 = dy + W.outPosition;
  const dy2 = dy1 + W.outPosition;
  const dy3 = dy2 + W.outPosition;
  const a0 = v128.load(dy), b0 = v128.load(dy1), c0 = v128.load(dy2), d0 = v128.load(dy3);
  const a1 = wide ? v128.load(dy, 16) : a0, b1 = wide ? v128.load(dy1, 16) : a0;
  const c1 = wide ? v128.load(dy2, 16) : a0, d1 = wide ? v128.load(dy3, 16) : a0;
  let fromRow = from;
  let toRow = to;
  for (let a = rows; a > 0; a--) {
    let p = fromRow;
    let q = p + srcPosition;
    let r = q + srcPosition;
    let s = r + srcPosition;
    let w = toRow;
    for (let b = columns; b > 0; b--) {
      const left = f32x4.add(f32x4.mul(a0, v128.load(p)), f32x4.mul(b0, v128.load(q)));
      const right = f32x4.add(f32x4.mul(c0, v128.load(r)), f32x4.mul(d0, v128.load(s)));
      v128.store(w, f32x4.add(v128.load(w), f32x4.add(left, right)));
      if (wide) {
        const left1 = f32x4.add(f32x4.mul(a1, v128.load(p, 16)), f32x4.mul(b1, v128.load(q, 16)));
        const right1 = f32x4.add(f32x4.mul(c1, v128.load(r, 16)), f32x4.mul(d1, v128.load(s, 16)));
        v128.store(w, f32x4.add(v128.load(w, 16), f32x4.add(left1, right1)), 16);
      }
      p += stepColumn;
      q += stepColumn;
      r += stepColumn;
      s += stepColumn;
      w += tapBytes;
    }
    fromRow += W.stepRow;
    toRow += W.weightRow;
  }
}
