// Depthwise convolution, the second rung, forward only: as depthwise-naive.as.ts, with four channels per instruction, and
// with the taps that lie inside the image found once per row and column of the output instead of tested one by one.
// It still loads every weight and every input for each output anew; the next rung (depthwise.as.ts) keeps 4 positions of
// 8 channels in registers. Tests check it by the first rung; kernels.wasm does not contain it.
import * as N from './depthwise-naive.as.ts';

/** The first tap whose source, `start` + tap * dilation, is not before the image. */
function firstTap(start: i32): i32 {
  return start >= 0 ? 0 : (-start + N.dilation - 1) / N.dilation;
}

/** The tap after the last one whose source is inside an image of `extent` rows or columns. */
function endTap(start: i32, extent: i32): i32 {
  return min(N.kernel, (extent - start + N.dilation - 1) / N.dilation);
}

/** As `naiveForward`, in the window of `setWindow`. Spare channels are computed too: they are zeros. */
export function vectorsForward(x: usize, weight: usize, y: usize): void {
  const pixel = N.pitch << 2;
  for (let n = 0; n < N.images; n++) {
    for (let i = 0; i < N.outHeight; i++) {
      const top = i * N.stride - N.padding;
      const firstRow = firstTap(top);
      const endRow = endTap(top, N.height);
      for (let j = 0; j < N.outWidth; j++) {
        const left = j * N.stride - N.padding;
        const firstColumn = firstTap(left);
        const endColumn = endTap(left, N.width);
        const to = N.outputAt(y, n, i, j, 0);
        for (let c = 0; c < pixel; c += 16) {
          let sum = f32x4.splat(0);
          for (let a = firstRow; a < endRow; a++) {
            const line = (n * N.height + top + a * N.dilation) * N.width + left;
            for (let b = firstColumn; b < endColumn; b++) {
              const from = x + (line + b * N.dilation) * pixel + c;
              const tap = weight + (a * N.kernel + b) * pixel + c;
              sum = f32x4.add(sum, f32x4.mul(v128.load(from), v128.load(tap)));
            }
          }
          v128.store(to + c, sum);
        }
      }
    }
  }
}
