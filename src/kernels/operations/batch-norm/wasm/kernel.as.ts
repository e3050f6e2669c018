// Batch norm: sums over chunks of at most 256 pixels in float32, combined in double; then one elementwise pass.
// See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: x, pixels, bytes a pixel, pixels a chunk, partials. Partial: sums above sums of squares. */
export function batchNormSums(args: usize, chunk: i32): void {
  const pixel = integer(args, 2);
  const begin = chunk * integer(args, 3);
  const count = min(integer(args, 3), integer(args, 1) - begin);
  const x = pointer(args, 0) + <usize>begin * pixel;
  const partial = pointer(args, 4) + <usize>chunk * (pixel << 1);
  for (let c = 0; c < pixel; c += 16) {
    let sum = f32x4.splat(0);
    let squares = sum;
    let from = x + c;
    for (let p = 0; p < count; p++) {
      const value = v128.load(from);
      sum = f32x4.add(sum, value);
      squares = f32x4.add(squares, f32x4.mul(value, value));
      from += pixel;
    }
    v128.store(partial + c, sum);
    v128.store(partial + pixel + c, squares);
  }
}

/** args: partials, their count, bytes a pixel, channels, pixels, epsilon (f64, two words), statistics. A chunk. */
export function batchNormStatistics(args: usize, chunk: i32): void {
  const count = integer(args, 1);
  const pixel = integer(args, 2);
  const channels = integer(args, 3);
  const pixels = <f64>integer(args, 4);
  const epsilon = load<f64>(args + 20);
  const statistics = pointer(args, 7);
  for (let c = 0; c < pixel >> 2; c++) {
    let partial = pointer(args, 0) + (c << 2);
    let sum: f64 = 0;
    let squares: f64 = 0;
    for (let i = 0; i < count; i++) {
      sum += <f64>load<f32>(partial);
      squares += <f64>load<f32>(partial + pixel);
      partial += pixel << 1;
    }
    const mean = sum / pixels;
    const variance = max(<f64>0, squares / pixels - mean * mean);
    const inverse = c < channels ? 1 / sqrt(variance + epsilon) : 0;
    store<f32>(statistics + (c << 2), <f32>mean);
    store<f32>(statistics + pixel + (c << 2), <f32>inverse);
  }
}

/** args: x, pixels, bytes a pixel, pixels a chunk, statistics, gamma or 0, beta or 0, y. */
export function batchNormApply(args: usize, chunk: i32): void {
  const pixel = integer(args, 2);
  const begin = chunk * integer(args, 3);
  const count = min(integer(args, 3), integer(args, 1) - begin);
  const statistics = pointer(args, 4);
  const gamma = pointer(args, 5);
  const beta = pointer(args, 6);
  for (let c = 0; c < pixel; c += 16) {
    const mean = v128.load(statistics + c);
    let scale = v128.load(statistics + pixel + c);
    if (gamma) scale = f32x4.mul(scale, v128.load(gamma + c));
    const shift = beta ? v128.load(beta + c) : f32x4.splat(0);
    let from = pointer(args, 0) + <usize>begin * pixel + c;
    let to = pointer(args, 7) + <usize>begin * pixel + c;
    for (let p = 0; p < count; p++) {
      v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(from), mean), scale), shift));
      from += pixel;
      to += pixel;
    }
  }
}

/** args: x, pixels, bytes a pixel, pixels a chunk, statistics, dy, partials. Partial: sum dy above sum dy * xhat. */
export function batchNormGradientSums(args: usize, chunk: i32): void {
  const pixel = integer(args, 2);
  const begin = chunk * integer(args, 3);
  const count = min(integer(args, 3), integer(args, 1) - begin);
  const statistics = pointer(args, 4);
  const partial = pointer(args, 6) + <usize>chunk * (pixel << 1);
  for (let c = 0; c < pixel; c += 16) {
    const mean = v128.load(statistics + c);
    const inverse = v128.load(statistics + pixel + c);
    let x = pointer(args, 0) + <usize>begin * pixel + c;
    let dy = pointer(args, 5) + <usize>begin * pixel + c;
    let sumDy = f32x4.splat(0);
    let sumDyXhat = sumDy;
    for (let p = 0; p < count; p++) {
      const gradient = v128.load(dy);
      sumDy = f32x4.add(sumDy, gradient);
      sumDyXhat = f32x4.add(sumDyXhat, f32x4.mul(gradient, f32x4.sub(v128.load(x), mean)));
      x += pixel;
      dy += pixel;
    }
    v128.store(partial + c, sumDy);
    v128.store(partial + pixel + c, f32x4.mul(sumDyXhat, inverse));
  }
}

/** args: sumDy and sumDyXhat, bytes a pixel, dbeta or 0, dgamma or 0. A chunk. */
export function batchNormParameters(args: usize, chunk: i32): void {
  const pixel = integer(args, 1);
  const dbeta = pointer(args, 2);
  const dgamma = pointer(args, 3);
  if (dbeta) memory.copy(dbeta, pointer(args, 0), pixel);
  if (dgamma) memory.copy(dgamma, pointer(args, 0) + pixel, pixel);
}

/** args: x, pixels, bytes a pixel, pixels a chunk, statistics, dy, sumDy and sumDyXhat, gamma or 0, dx, accumulate. */
export function batchNormInput(args: usize, chunk: i32): void {
  const pixels = integer(args, 1);
  const pixel = integer(args, 2);
  const begin = chunk * integer(args, 3);
  const count = min(integer(args, 3), pixels - begin);
  const statistics = pointer(args, 4);
  const sums = pointer(args, 6);
  const gamma = pointer(args, 7);
  const accumulate = integer(args, 9);
  const share = f32x4.splat(<f32>(1 / <f64>pixels));
  for (let c = 0; c < pixel; c += 16) {
    const mean = v128.load(statistics + c);
    const inverse = v128.load(statistics + pixel + c);
    const scale = gamma ? f32x4.mul(inverse, v128.load(gamma + c)) : inverse;
    const shift = f32x4.mul(v128.load(sums + c), share);
    const slope = f32x4.mul(f32x4.mul(v128.load(sums + pixel + c), share), inverse);
    const start = <usize>begin * pixel + c;
    let x = pointer(args, 0) + start;
    let dy = pointer(args, 5) + start;
    let dx = pointer(args, 8) + start;
    for (let p = 0; p < count; p++) {
      const centred = f32x4.sub(v128.load(x), mean);
      const inner = f32x4.sub(f32x4.sub(v128.load(dy), shift), f32x4.mul(centred, slope));
      let gradient = f32x4.mul(scale, inner);
      if (accumulate) gradient = f32x4.add(v128.load(dx), gradient);
      v128.store(dx, gradient);
      x += pixel;
      dy += pixel;
      dx += pixel;
    }
  }
}
