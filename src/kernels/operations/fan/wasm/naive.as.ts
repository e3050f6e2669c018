// A fan, the first rung: its units one after the other, each step of the formula over whole tensors, one float32 at a
// time. Read it before forward.as.ts and backward.as.ts. Tests check those by it; kernels.wasm does not contain it.
// Dense convolutions and factorized reduces are products as in `multiply`, of pixels gathered by input.as.ts.
//
// What each rung above gains:
// 2. Loops over whole tensors become loops over groups of images (image-layout.ts): what one step leaves in scratch
//    memory is still in the cache when the next one reads it, and the depthwise output never reaches memory.
// 3. The steps are kernels that keep blocks in registers: depthwise.as.ts (its own ladder starts at
//    depthwise-naive.as.ts) and pointwise.as.ts.
// 4. All units of a fan share one stage: the ReLU of x is computed once for all branches, and their gradients are added
//    to one dx while it is in the cache. The statistics' sums are taken while a group's output is there (norm.as.ts).
import * as N from '../../../wasm/assembly/depthwise-naive.as.ts';

/** Element c of pixel p of a tensor of C channels, or of row p of a matrix [C, C]. */
// @ts-ignore: decorator
@inline
function at(tensor: usize, p: i32, c: i32): usize {
  return tensor + ((p * N.pitch + c) << 2);
}

// @ts-ignore: decorator
@inline
function add(to: usize, value: f32): void {
  store<f32>(to, load<f32>(to) + value);
}

function inputs(): i32 {
  return N.images * N.height * N.width;
}

function outputs(): i32 {
  return N.images * N.outHeight * N.outWidth;
}

function rectify(x: usize, to: usize): void {
  for (let i = 0; i < inputs() * N.pitch; i++) {
    store<f32>(to + (i << 2), max<f32>(0, load<f32>(x + (i << 2))));
  }
}

/** y[p, o] = sum over c of x[p, c] * matrix[c, o]. */
function multiply(x: usize, matrix: usize, y: usize): void {
  for (let p = 0; p < outputs(); p++) {
    for (let o = 0; o < N.channels; o++) {
      let sum: f32 = 0;
      for (let c = 0; c < N.channels; c++) sum += load<f32>(at(x, p, c)) * load<f32>(at(matrix, c, o));
      store<f32>(at(y, p, o), sum);
    }
  }
}

/** statistics[0, c] = mean of x[., c]; statistics[1, c] = 1 / sqrt(variance + epsilon). */
export function measure(x: usize, statistics: usize): void {
  const pixels = outputs();
  for (let c = 0; c < N.channels; c++) {
    let sum: f64 = 0;
    for (let p = 0; p < pixels; p++) sum += <f64>load<f32>(at(x, p, c));
    const mean = sum / <f64>pixels;
    let squares: f64 = 0;
    for (let p = 0; p < pixels; p++) {
      const centred = <f64>load<f32>(at(x, p, c)) - mean;
      squares += centred * centred;
    }
    store<f32>(at(statistics, 0, c), <f32>mean);
    store<f32>(at(statistics, 1, c), <f32>(1 / sqrt(squares / <f64>pixels + 1e-5)));
  }
}

/** xhat = (x - mean) * inv. */
function xhatOf(x: usize, statistics: usize, p: i32, c: i32): f32 {
  return (load<f32>(at(x, p, c)) - load<f32>(at(statistics, 0, c))) * load<f32>(at(statistics, 1, c));
}

/** y = xhat: the input of a later half. */
export function normalise(raw: usize, statistics: usize, y: usize): void {
  for (let p = 0; p < outputs(); p++) {
    for (let c = 0; c < N.channels; c++) store<f32>(at(y, p, c), xhatOf(raw, statistics, p, c));
  }
}

/** raw = depthwise(ReLU(input)) * point, and its statistics. spare: room for the ReLU's and the depthwise output. */
export function halfForward(
  input: usize,
  depth: usize,
  point: usize,
  raw: usize,
  statistics: usize,
  spare: usize,
): void {
  const between = at(spare, inputs(), 0);
  rectify(input, spare);
  N.naiveForward(spare, depth, between);
  multiply(between, point, raw);
  measure(raw, statistics);
}

/** to += mix * inv * (dy - sumDy / M - xhat * sumDyXhat / M): a deferred gradient; statistics 0: to += mix * dy. */
export function addDeferred(
  dy: usize,
  mix: f32,
  sumDy: usize,
  sumDyXhat: usize,
  x: usize,
  statistics: usize,
  to: usize,
): void {
  const pixels = outputs();
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < N.channels; c++) {
      let gradient = load<f32>(at(dy, p, c));
      if (statistics) {
        const xhat = xhatOf(x, statistics, p, c);
        gradient -= load<f32>(at(sumDy, 0, c)) / <f32>pixels;
        gradient -= (xhat * load<f32>(at(sumDyXhat, 0, c))) / <f32>pixels;
        gradient *= load<f32>(at(statistics, 1, c));
      }
      add(at(to, p, c), mix * gradient);
    }
  }
}

/** sumDy[c] = sum of dy, sumDyXhat[c] = sum of dy * xhat: what the norm of an earlier half needs. */
export function gradientSums(dy: usize, raw: usize, statistics: usize, sumDy: usize, sumDyXhat: usize): void {
  for (let p = 0; p < outputs(); p++) {
    for (let c = 0; c < N.channels; c++) {
      const gradient = load<f32>(at(dy, p, c));
      add(at(sumDy, 0, c), gradient);
      add(at(sumDyXhat, 0, c), gradient * xhatOf(raw, statistics, p, c));
    }
  }
}

/**
 * From dRaw: dinput += the gradient of the half's input, dpoint += between^T * dRaw, and ddepth. spare, of zeros: room for
 * the ReLU's output and its gradient, the depthwise output and its gradient.
 */
export function halfBackward(
  input: usize,
  depth: usize,
  point: usize,
  dRaw: usize,
  dinput: usize,
  ddepth: usize,
  dpoint: usize,
  spare: usize,
): void {
  const dx = at(spare, inputs(), 0);
  const between = at(dx, inputs(), 0);
  const dbetween = at(between, outputs(), 0);
  rectify(input, spare);
  N.naiveForward(spare, depth, between);
  for (let p = 0; p < outputs(); p++) {
    for (let c = 0; c < N.channels; c++) {
      for (let o = 0; o < N.channels; o++) {
        const gradient = load<f32>(at(dRaw, p, o));
        add(at(dbetween, p, c), gradient * load<f32>(at(point, c, o)));
        add(at(dpoint, c, o), gradient * load<f32>(at(between, p, c)));
      }
    }
  }
  N.naiveBackward(spare, depth, dbetween, dx, ddepth);
  for (let p = 0; p < inputs(); p++) {
    for (let c = 0; c < N.channels; c++) {
      if (load<f32>(at(input, p, c)) > 0) add(at(dinput, p, c), load<f32>(at(dx, p, c)));
    }
  }
}

/** y = mean, or maximum, of the pixels of a 3x3 window that lie inside the image. */
export function poolForward(x: usize, average: bool, y: usize): void {
  for (let n = 0; n < N.images; n++) {
    for (let i = 0; i < N.outHeight; i++) {
      for (let j = 0; j < N.outWidth; j++) {
        for (let c = 0; c < N.channels; c++) {
          let sum: f32 = 0;
          let count: f32 = 0;
          for (let tap = 0; tap < 9; tap++) {
            const from = N.inputAt(x, n, i * N.stride + tap / 3 - 1, j * N.stride + (tap % 3) - 1, c);
            if (from) sum += load<f32>(from);
            if (from) count++;
          }
          const largest = largestAt(x, n, i, j, c);
          store<f32>(N.outputAt(y, n, i, j, c), average ? sum / count : load<f32>(largest));
        }
      }
    }
  }
}

/** Address of the largest value of a window; of equal ones the first in row-major order. */
function largestAt(x: usize, n: i32, i: i32, j: i32, c: i32): usize {
  let largest: usize = 0;
  for (let tap = 0; tap < 9; tap++) {
    const from = N.inputAt(x, n, i * N.stride + tap / 3 - 1, j * N.stride + (tap % 3) - 1, c);
    if (from && (largest == 0 || load<f32>(from) > load<f32>(largest))) largest = from;
  }
  return largest;
}

/** dx += dy shared by all pixels of a window, or given to its largest one. */
export function poolBackward(x: usize, average: bool, dy: usize, dx: usize): void {
  for (let n = 0; n < N.images; n++) {
    for (let i = 0; i < N.outHeight; i++) {
      for (let j = 0; j < N.outWidth; j++) {
        for (let c = 0; c < N.channels; c++) {
          const gradient = load<f32>(N.outputAt(dy, n, i, j, c));
          if (!average) {
            add(dx + (largestAt(x, n, i, j, c) - x), gradient);
            continue;
          }
          let count: f32 = 0;
          for (let tap = 0; tap < 9; tap++) {
            if (N.inputAt(x, n, i * N.stride + tap / 3 - 1, j * N.stride + (tap % 3) - 1, c)) count++;
          }
          for (let tap = 0; tap < 9; tap++) {
            const to = N.inputAt(dx, n, i * N.stride + tap / 3 - 1, j * N.stride + (tap % 3) - 1, c);
            if (to) add(to, gradient / count);
          }
        }
      }
    }
  }
}
