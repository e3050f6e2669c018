// Updates of whole arenas and of scalars. Arenas are multiples of 4 elements, spare lanes hold zeros and stay so.
// See nodes.ts for the formulas.
import { chunkEnd, chunkStart, integer, pointer, real } from '../../wasm/assembly/elements.as.ts';

/** args: gradient, weights, velocity, elements, rate, norm or 0, momentum, decay, clip. */
export function sgd(args: usize, chunk: i32): void {
  const gradient = pointer(args, 0);
  const weights = pointer(args, 1);
  const velocity = pointer(args, 2);
  const end = chunkEnd(chunk, integer(args, 3));
  const rate = v128.load_splat<f32>(pointer(args, 4));
  const momentum = f32x4.splat(real(args, 6));
  const decay = f32x4.splat(real(args, 7));
  let factor: f64 = 1;
  if (pointer(args, 5)) {
    factor = min(<f64>1, <f64>real(args, 8) / (<f64>load<f32>(pointer(args, 5)) + 1e-6));
  }
  const clip = f32x4.splat(<f32>factor);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    const w = v128.load(weights + at);
    const g = f32x4.add(f32x4.mul(v128.load(gradient + at), clip), f32x4.mul(decay, w));
    const m = f32x4.add(f32x4.mul(momentum, v128.load(velocity + at)), g);
    v128.store(velocity + at, m);
    v128.store(weights + at, f32x4.sub(w, f32x4.mul(rate, m)));
  }
}

/** args: gradient, weights, first, second, elements, rate, corrections, b1, 1 - b1, b2, 1 - b2, epsilon, decay. */
export function adam(args: usize, chunk: i32): void {
  const gradient = pointer(args, 0);
  const weights = pointer(args, 1);
  const firsts = pointer(args, 2);
  const seconds = pointer(args, 3);
  const end = chunkEnd(chunk, integer(args, 4));
  const corrections = pointer(args, 6);
  const step = f32x4.splat(<f32>(<f64>load<f32>(pointer(args, 5)) / <f64>load<f32>(corrections)));
  const root = f32x4.splat(<f32>(1 / sqrt(<f64>load<f32>(corrections, 4))));
  const b1 = f32x4.splat(real(args, 7));
  const rest1 = f32x4.splat(real(args, 8));
  const b2 = f32x4.splat(real(args, 9));
  const rest2 = f32x4.splat(real(args, 10));
  const epsilon = f32x4.splat(real(args, 11));
  const decay = f32x4.splat(real(args, 12));
  for (let at = chunkStart(chunk); at < end; at += 16) {
    const w = v128.load(weights + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(decay, w));
    const m = f32x4.add(f32x4.mul(b1, v128.load(firsts + at)), f32x4.mul(rest1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(seconds + at)), f32x4.mul(rest2, f32x4.mul(g, g)));
    v128.store(firsts + at, m);
    v128.store(seconds + at, v);
    const scale = f32x4.add(f32x4.mul(f32x4.sqrt(v), root), epsilon);
    v128.store(weights + at, f32x4.sub(w, f32x4.div(f32x4.mul(step, m), scale)));
  }
}

/** args: base, x, out, elements, scale or 0, factor. */
export function axpy(args: usize, chunk: i32): void {
  const base = pointer(args, 0);
  const x = pointer(args, 1);
  const out = pointer(args, 2);
  const end = chunkEnd(chunk, integer(args, 3));
  let factor = <f64>real(args, 5);
  if (pointer(args, 4)) factor *= <f64>load<f32>(pointer(args, 4));
  const a = f32x4.splat(<f32>factor);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(base + at), f32x4.mul(a, v128.load(x + at))));
  }
}

/** args: x, elements, partials. Partial: an f64, the sum of squares, all in double. */
export function normPartials(args: usize, chunk: i32): void {
  const x = pointer(args, 0);
  const end = chunkEnd(chunk, integer(args, 1));
  let sum = f64x2.splat(0);
  for (let at = chunkStart(chunk); at < end; at += 16) {
    const value = v128.load(x + at);
    const low = f64x2.promote_low_f32x4(value);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3));
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  store<f64>(pointer(args, 2) + (chunk << 3), f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/** args: partials, their count, out. A chunk. */
export function normTotal(args: usize, chunk: i32): void {
  let sum: f64 = 0;
  for (let i = 0; i < integer(args, 1); i++) sum += load<f64>(pointer(args, 0) + (i << 3));
  storeScalar(pointer(args, 2), sqrt(sum));
}

/** args: from, to, elements. */
export function copy(args: usize, chunk: i32): void {
  const begin = chunkStart(chunk);
  memory.copy(pointer(args, 1) + begin, pointer(args, 0) + begin, chunkEnd(chunk, integer(args, 2)) - begin);
}

/** args: numerator or 0, denominator, out, factor. A chunk. */
export function quotient(args: usize, chunk: i32): void {
  const denominator = <f64>load<f32>(pointer(args, 1));
  const numerator = pointer(args, 0) ? <f64>load<f32>(pointer(args, 0)) : 1;
  storeScalar(pointer(args, 2), denominator == 0 ? 0 : (<f64>real(args, 3) * numerator) / denominator);
}

/** args: y, rows, columns, bytes a row, value, rows a chunk. */
export function fill(args: usize, chunk: i32): void {
  const columns = integer(args, 2) << 2;
  const row = integer(args, 3);
  const value = real(args, 4);
  const perChunk = integer(args, 5);
  const end = min((chunk + 1) * perChunk, integer(args, 1));
  for (let r = chunk * perChunk; r < end; r++) {
    const y = pointer(args, 0) + <usize>r * row;
    for (let at = 0; at < row; at += 4) store<f32>(y + at, at < columns ? value : 0);
  }
}

/** args: slot, ring, its rows, bytes a row, count, then the scalars' addresses. A chunk. */
export function record(args: usize, chunk: i32): void {
  const slot = <i32>load<f32>(pointer(args, 0));
  // Better to stop than to write over something else.
  if (slot < 0 || slot >= integer(args, 2)) unreachable();
  const row = pointer(args, 1) + slot * integer(args, 3);
  for (let i = 0; i < integer(args, 4); i++) store<f32>(row + (i << 2), load<f32>(pointer(args, 5 + i)));
}

/** args: statistics, mean, variance, channels, bytes a row; momentum, epsilon, n / (n - 1) (f64 each). A chunk. */
export function trackStatistics(args: usize, chunk: i32): void {
  const channels = integer(args, 3);
  const momentum = load<f64>(args + 20);
  const epsilon = load<f64>(args + 28);
  const correction = load<f64>(args + 36);
  for (let c: usize = 0; c < <usize>channels << 2; c += 4) {
    const statistics = pointer(args, 0) + c;
    const inverse = <f64>load<f32>(statistics + integer(args, 4));
    const variance = max(<f64>0, 1 / (inverse * inverse) - epsilon) * correction;
    move(pointer(args, 1) + c, momentum, <f64>load<f32>(statistics));
    move(pointer(args, 2) + c, momentum, variance);
  }
}

/** Moves a float32 towards a value. */
// @ts-ignore: decorator
@inline
function move(at: usize, momentum: f64, value: f64): void {
  store<f32>(at, <f32>((1 - momentum) * <f64>load<f32>(at) + momentum * value));
}

/** A scalar is a row of its own: its spare lanes are cleared. */
// @ts-ignore: decorator
@inline
function storeScalar(at: usize, value: f64): void {
  v128.store(at, f32x4.replace_lane(f32x4.splat(0), 0, <f32>value));
}
