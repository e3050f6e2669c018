// What batch norm by running statistics has of its own. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: mean, variance, bytes a pixel, channels, epsilon (f64, two words), statistics. A chunk. */
export function runningNormStatistics(args: usize, chunk: i32): void {
  const pixel = integer(args, 2);
  const channels = integer(args, 3);
  const epsilon = load<f64>(args + 16);
  const statistics = pointer(args, 6);
  memory.copy(statistics, pointer(args, 0), pixel);
  for (let c = 0; c < pixel >> 2; c++) {
    const variance = <f64>load<f32>(pointer(args, 1) + (c << 2));
    const inverse = c < channels ? 1 / sqrt(variance + epsilon) : 0;
    store<f32>(statistics + pixel + (c << 2), <f32>inverse);
  }
}

/** args: dy, pixels, bytes a pixel, pixels a chunk, statistics, gamma, dx, accumulate. */
export function runningNormInput(args: usize, chunk: i32): void {
  const pixel = integer(args, 2);
  const begin = chunk * integer(args, 3);
  const count = min(integer(args, 3), integer(args, 1) - begin);
  const statistics = pointer(args, 4);
  const accumulate = integer(args, 7);
  for (let c = 0; c < pixel; c += 16) {
    const scale = f32x4.mul(v128.load(statistics + pixel + c), v128.load(pointer(args, 5) + c));
    let dy = pointer(args, 0) + <usize>begin * pixel + c;
    let dx = pointer(args, 6) + <usize>begin * pixel + c;
    for (let p = 0; p < count; p++) {
      let gradient = f32x4.mul(scale, v128.load(dy));
      if (accumulate) gradient = f32x4.add(v128.load(dx), gradient);
      v128.store(dx, gradient);
      dy += pixel;
      dx += pixel;
    }
  }
}
