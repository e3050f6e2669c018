// exp, sigmoid and tanh of four elements at a time, as polynomials of multiplications and additions alone: equal bits
// everywhere. Coefficients of Cephes (Moshier, expf and tanhf); errors of about 1e-7.

// @ts-ignore: decorator
@inline
function horner(sum: v128, x: v128, next: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(next));
}

/** exp(x) = 2^n * exp(r), |r| <= ln(2) / 2. x is clamped to [-87, 88]; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  const inside = f32x4.min(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(inside, f32x4.splat(1.44269504088896341)));
  // ln(2) in two parts, the first of few digits: n times it is exact.
  const high = f32x4.sub(inside, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let sum = horner(f32x4.splat(1.9875691500e-4), r, 1.3981999507e-3);
  sum = horner(sum, r, 8.3334519073e-3);
  sum = horner(sum, r, 4.1665795894e-2);
  sum = horner(sum, r, 1.6666665459e-1);
  sum = horner(sum, r, 5.0000001201e-1);
  sum = f32x4.add(f32x4.add(f32x4.mul(sum, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}

/** 1 - 2 / (exp(2 |x|) + 1) with the sign of x; near 0 an odd polynomial, which keeps the digits of small values. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const power = exponential(f32x4.add(size, size));
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(power, one)));
  const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)));
  const z = f32x4.mul(x, x);
  let sum = horner(f32x4.splat(-5.70498872745e-3), z, 2.06390887954e-2);
  sum = horner(sum, z, -5.37397155531e-2);
  sum = horner(sum, z, 1.33314422036e-1);
  sum = horner(sum, z, -3.33332819422e-1);
  const near = f32x4.add(f32x4.mul(f32x4.mul(sum, z), x), x);
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.625)));
}
