// Depthwise convolution, the first rung: the formulas of definition.ts, one float32 at a time, over whole tensors
// [N, H, W, C]. Read it before the fast kernel. Tests check the fast kernel by it; kernels.wasm does not contain it.
//
// What each rung above gains (3x3 on 32x32x16, on one core of a 2020s server: 0.4, 3.3 and, with both last rungs, 21
// GFLOP/s; `node bench/wasm-kernels.mjs --only "3x3 forward"`):
// 2. depthwise-vectors.as.ts: four channels per instruction; taps outside the image are left out before the inner loops.
// 3. depthwise.as.ts (`addBlocks`): 4 positions of 8 channels stay in registers, so that a weight is loaded once for 4
//    outputs. The images of a group lie in scratch memory with padded rows (source.as.ts): no tap needs a test.
// 4. depthwise-rows.as.ts: a column of the source is loaded once for all taps that read it, and a whole row of taps
//    stays in registers.

export let images: i32 = 0;
export let height: i32 = 0;
export let width: i32 = 0;
export let channels: i32 = 0;
export let kernel: i32 = 0;
export let stride: i32 = 0;
export let dilation: i32 = 0;
export let padding: i32 = 0;
export let outHeight: i32 = 0;
export let outWidth: i32 = 0;
/** Floats from pixel to pixel: channels, rounded up to 4. */
export let pitch: i32 = 0;

/** Of all calls that follow. x: [n, h, w, c]; weight: [k, k, c]; y: [n, ceil(h / s), ceil(w / s), c]. */
export function setWindow(n: i32, h: i32, w: i32, c: i32, k: i32, s: i32, d: i32): void {
  images = n;
  height = h;
  width = w;
  channels = c;
  kernel = k;
  stride = s;
  dilation = d;
  padding = (d * (k - 1)) >> 1;
  outHeight = (h + s - 1) / s;
  outWidth = (w + s - 1) / s;
  pitch = (c + 3) & ~3;
}

/** Address of channel c of a pixel of x; 0 outside the image. */
export function inputAt(x: usize, n: i32, row: i32, column: i32, c: i32): usize {
  if (row < 0 || row >= height || column < 0 || column >= width) return 0;
  return x + ((((n * height + row) * width + column) * pitch + c) << 2);
}

export function outputAt(y: usize, n: i32, i: i32, j: i32, c: i32): usize {
  return y + ((((n * outHeight + i) * outWidth + j) * pitch + c) << 2);
}

/** y[n,i,j,c] = sum over a, b of x[n, i*s - p + a*d, j*s - p + b*d, c] * weight[a,b,c]. */
export function naiveForward(x: usize, weight: usize, y: usize): void {
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        for (let c = 0; c < channels; c++) {
          let sum: f32 = 0;
          for (let a = 0; a < kernel; a++) {
            for (let b = 0; b < kernel; b++) {
              const row = i * stride - padding + a * dilation;
              const column = j * stride - padding + b * dilation;
              const from = inputAt(x, n, row, column, c);
              if (from) sum += load<f32>(from) * load<f32>(weight + (((a * kernel + b) * pitch + c) << 2));
            }
          }
          store<f32>(outputAt(y, n, i, j, c), sum);
        }
      }
    }
  }
}

/** dx[source] += dy[output] * weight[tap], and dweight[tap] += dy[output] * x[source], for all that meet. */
export function naiveBackward(x: usize, weight: usize, dy: usize, dx: usize, dweight: usize): void {
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        for (let a = 0; a < kernel; a++) {
          for (let b = 0; b < kernel; b++) {
            for (let c = 0; c < channels; c++) {
              const row = i * stride - padding + a * dilation;
              const column = j * stride - padding + b * dilation;
              const from = inputAt(x, n, row, column, c);
              if (from == 0) continue;
              const to = dx + (from - x);
              const tap: usize = ((a * kernel + b) * pitch + c) << 2;
              const gradient = load<f32>(outputAt(dy, n, i, j, c));
              store<f32>(to, load<f32>(to) + gradient * load<f32>(weight + tap));
              store<f32>(dweight + tap, load<f32>(dweight + tap) + gradient * load<f32>(from));
            }
          }
        }
      }
    }
  }
}
