// Edge normalisation, in double; a few rows. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** Bytes of a row of one number. */
const STEP: i32 = 16;

/** args: mix, beta, y, shares, bytes a row of mix, nodes, then the edges of each. One chunk. */
export function edgeNormForward(args: usize, chunk: i32): void {
  const beta = pointer(args, 1);
  const shares = pointer(args, 3);
  const row = integer(args, 4);
  let e = 0;
  for (let node = 0; node < integer(args, 5); node++) {
    const end = e + integer(args, 6 + node);
    let peak = load<f32>(beta + e * STEP);
    for (let i = e + 1; i < end; i++) peak = max(peak, load<f32>(beta + i * STEP));
    let sum: f64 = 0;
    for (let i = e; i < end; i++) sum += Math.exp(<f64>load<f32>(beta + i * STEP) - <f64>peak);
    for (; e < end; e++) {
      const share = <f32>(Math.exp(<f64>load<f32>(beta + e * STEP) - <f64>peak) / sum);
      store<f32>(shares + (e << 2), share);
      const mix = pointer(args, 0) + e * row;
      const y = pointer(args, 2) + e * row;
      for (let at = 0; at < row; at += 16) {
        v128.store(y + at, f32x4.mul(f32x4.splat(share), v128.load(mix + at)));
      }
    }
  }
  for (; (e & 3) != 0; e++) store<f32>(shares + (e << 2), 0);
}

/** dshares[e] + sum over k of mix[e, k] * dy[e, k]. */
function gradientOf(mix: usize, dy: usize, dshare: usize, columns: i32): f64 {
  let sum = <f64>load<f32>(dshare);
  for (let k = 0; k < columns; k++) sum += <f64>load<f32>(mix + (k << 2)) * <f64>load<f32>(dy + (k << 2));
  return sum;
}

/**
 * args: mix, shares, dy, dshares, dmix, dbeta (either may be 0), bytes a row of mix, columns of mix, add to dmix, add to
 * dbeta, nodes, then the edges of each. One chunk.
 */
export function edgeNormBackward(args: usize, chunk: i32): void {
  const shares = pointer(args, 1);
  const row = integer(args, 6);
  const columns = integer(args, 7);
  let first = 0;
  for (let node = 0; node < integer(args, 10); node++) {
    const end = first + integer(args, 11 + node);
    let mean: f64 = 0;
    for (let e = first; e < end; e++) {
      const share = load<f32>(shares + (e << 2));
      const dy = pointer(args, 2) + e * row;
      const dmix = pointer(args, 4) + e * row;
      mean += <f64>share * gradientOf(pointer(args, 0) + e * row, dy, pointer(args, 3) + (e << 2), columns);
      if (!pointer(args, 4)) continue;
      for (let at = 0; at < row; at += 16) {
        let value = f32x4.mul(f32x4.splat(share), v128.load(dy + at));
        if (integer(args, 8)) value = f32x4.add(v128.load(dmix + at), value);
        v128.store(dmix + at, value);
      }
    }
    for (let e = first; e < end && pointer(args, 5); e++) {
      const dy = pointer(args, 2) + e * row;
      const to = pointer(args, 5) + e * STEP;
      const gradient = gradientOf(pointer(args, 0) + e * row, dy, pointer(args, 3) + (e << 2), columns);
      let value = <f64>load<f32>(shares + (e << 2)) * (gradient - mean);
      if (integer(args, 9)) value += <f64>load<f32>(to);
      v128.store(to, f32x4(<f32>value, 0, 0, 0));
    }
    first = end;
  }
}
