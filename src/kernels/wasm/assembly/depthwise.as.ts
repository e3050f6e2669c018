// Depthwise convolution in blocks of 4 positions and 8 (or 4) channels in registers. Positions are pixels of a row,
// or the same pixel of several images where images are small: then no padding is read and no tap is wasted.
// Forward, input gradient and weight gradient walk in the same way over the taps that meet an output. Rows of pixels
// go through depthwise-rows.as.ts where their taps allow it.
import { rowTaps, rowWeights } from './depthwise-rows.as.ts';

// An axis: for every output index of it (or its class modulo the stride) the taps that meet it.
// 4 words: taps, first source index, first tap, unused.
const ENTRY: usize = 16;

/** Source indices from one tap to the next: forward they rise, in the gradient they fall. */
export function axisStep(dilation: i32, stride: i32, gradient: bool): i32 {
  if (!gradient) return dilation;
  return stride == 2 && (dilation & 1) == 0 ? -(dilation >> 1) : -dilation;
}

/** Taps from one that meets an output to the next: 2 where a stride of 2 leaves out every other one. */
export function axisTaps(dilation: i32, stride: i32, gradient: bool): i32 {
  return gradient && stride == 2 && (dilation & 1) != 0 ? 2 : 1;
}

/**
 * Fills `outputs` entries at `table`. Forward, source = i * stride - p + a * dilation; gradient, the inverse.
 * extent: of the source; taps that leave it are left out. 0: none is, the source is padded. images: so many times,
 * for images that stand one after the other.
 */
export function fillAxis(
  table: usize,
  outputs: i32,
  extent: i32,
  kernel: i32,
  dilation: i32,
  stride: i32,
  gradient: bool,
  images: i32,
): void {
  const padding = (dilation * (kernel - 1)) >> 1;
  for (let i = 0; i < outputs; i++) {
    let count = 0;
    let first = 0;
    let tap = 0;
    for (let a = 0; a < kernel; a++) {
      let source = gradient ? i + padding - a * dilation : i * stride - padding + a * dilation;
      if (gradient && stride == 2) {
        if ((source & 1) != 0) continue;
        source >>= 1;
      }
      if (extent != 0 && (source < 0 || source >= extent)) continue;
      if (count == 0) {
        first = source;
        tap = a;
      }
      count++;
    }
    const entry = table + <usize>i * ENTRY;
    for (let image = 0; image < images; image++) {
      const to = entry + <usize>(image * outputs) * ENTRY;
      store<i32>(to, count);
      store<i32>(to, first + image * extent, 4);
      store<i32>(to, tap, 8);
    }
  }
}

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
