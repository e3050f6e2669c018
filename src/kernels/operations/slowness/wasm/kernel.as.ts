// Differences of neighbours, four elements at a time. See definition.ts for the formulas.
import { chunkEnd, chunkStart, integer, pointer, real } from '../../../wasm/assembly/elements.as.ts';

/** Vectors that a float32 accumulator takes in before it is added to one in double. */
const RUN: usize = 256;

/** args: partials, elements, inputs, then their addresses. Chunks go through pairs, a partial (f64) each. */
export function slownessSums(args: usize, chunk: i32): void {
  const elements = integer(args, 1);
  const pairs = integer(args, 2) - 1;
  const pair = chunk % pairs;
  const part = chunk / pairs;
  const before = pointer(args, 3 + pair);
  const after = pointer(args, 4 + pair);
  const end = chunkEnd(part, elements);
  let total: f64 = 0;
  for (let start = chunkStart(part); start < end; start += RUN << 4) {
    const stop = min(start + (RUN << 4), end);
    let sum = f32x4.splat(0);
    for (let at = start; at < stop; at += 16) {
      const apart = f32x4.sub(v128.load(after + at), v128.load(before + at));
      sum = f32x4.add(sum, f32x4.mul(apart, apart));
    }
    total += <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
    total += <f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3);
  }
  store<f64>(pointer(args, 0) + (<usize>chunk << 3), total);
}

/** args: partials, their count, loss, scale (f64, two words). A chunk. */
export function slownessTotal(args: usize, chunk: i32): void {
  let sum: f64 = 0;
  for (let i = 0; i < integer(args, 1); i++) sum += load<f64>(pointer(args, 0) + (<usize>i << 3));
  const loss = <f32>(load<f64>(args + 12) * sum);
  v128.store(pointer(args, 2), f32x4.replace_lane(f32x4.splat(0), 0, loss));
}

/** args: x, the one before or 0, the one after or 0, dx, elements, 2 * scale (f32), accumulate. */
export function slownessBackward(args: usize, chunk: i32): void {
  const x = pointer(args, 0);
  const before = pointer(args, 1);
  const after = pointer(args, 2);
  const dx = pointer(args, 3);
  const end = chunkEnd(chunk, integer(args, 4));
  const scale = f32x4.splat(real(args, 5));
  const accumulate = integer(args, 6);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    const own = v128.load(x + at);
    let apart = f32x4.splat(0);
    if (before) apart = f32x4.add(apart, f32x4.sub(own, v128.load(before + at)));
    if (after) apart = f32x4.add(apart, f32x4.sub(own, v128.load(after + at)));
    let gradient = f32x4.mul(scale, apart);
    if (accumulate) gradient = f32x4.add(v128.load(dx + at), gradient);
    v128.store(dx + at, gradient);
  }
}
