// Softmax mixing of an edge, four elements at a time. See definition.ts for the formulas.
import { chunkEnd, chunkStart, integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** Vectors that a float32 accumulator takes in before it is added to one in double. */
const RUN: i32 = 256;

/** args: mix (row), y, elements, count, then by term: column, address. */
export function mixForward(args: usize, chunk: i32): void {
  const mix = pointer(args, 0);
  const y = pointer(args, 1);
  const end = chunkEnd(chunk, integer(args, 2));
  const count = integer(args, 3);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    let sum = f32x4.splat(0);
    let term = args + 16;
    for (let i = 0; i < count; i++) {
      const coefficient = v128.load_splat<f32>(mix + (load<u32>(term) << 2));
      sum = f32x4.add(sum, f32x4.mul(coefficient, v128.load(load<usize>(term, 4) + at)));
      term += 8;
    }
    v128.store(y + at, sum);
  }
}

/** args: coefficient, dy, dx, elements, accumulate. */
export function mixInput(args: usize, chunk: i32): void {
  const coefficient = v128.load_splat<f32>(pointer(args, 0));
  const dy = pointer(args, 1);
  const dx = pointer(args, 2);
  const end = chunkEnd(chunk, integer(args, 3));
  const accumulate = integer(args, 4);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    let gradient = f32x4.mul(coefficient, v128.load(dy + at));
    if (accumulate) gradient = f32x4.add(v128.load(dx + at), gradient);
    v128.store(dx + at, gradient);
  }
}

/** args: partials, dy, elements, count, then the terms' addresses. A partial: by term an f64, sum dy * term. */
export function mixDots(args: usize, chunk: i32): void {
  const dy = pointer(args, 1);
  const end = chunkEnd(chunk, integer(args, 2));
  const count = integer(args, 3);
  const partial = pointer(args, 0) + ((<usize>chunk * count) << 3);
  for (let i = 0; i < count; i++) {
    const x = pointer(args, 4 + i);
    let total: f64 = 0;
    for (let start = chunkStart(chunk); start < end; start += RUN << 4) {
      const stop = min(start + (RUN << 4), end);
      let sum = f32x4.splat(0);
      for (let at = start; at < stop; at += 16) {
        sum = f32x4.add(sum, f32x4.mul(v128.load(dy + at), v128.load(x + at)));
      }
      total += <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
      total += <f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3);
    }
    store<f64>(partial + (i << 3), total);
  }
}

/** args: partials, their count, terms, then by term the address in dmix that is added to. */
export function mixGradient(args: usize, chunk: i32): void {
  const count = integer(args, 1);
  const terms = integer(args, 2);
  for (let i = 0; i < terms; i++) {
    let sum: f64 = 0;
    for (let p = 0; p < count; p++) sum += load<f64>(pointer(args, 0) + ((p * terms + i) << 3));
    const to = pointer(args, 3 + i);
    store<f32>(to, <f32>(<f64>load<f32>(to) + sum));
  }
}
