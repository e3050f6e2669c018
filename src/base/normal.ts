// The standard normal distribution: density, cumulative, quantile.

export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/**
 * P(Z <= x), relative error below 1e-14 over the range of doubles' tails that matter here (|x| < 37): a power series
 * near 0, and a continued fraction (Abramowitz and Stegun 26.2.14) beyond.
 */
export function normalCumulative(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const away = Math.abs(x);
  if (away > 38) return x > 0 ? 1 : 0;
  if (away < 3) {
    // 26.2.11: 1/2 + density * sum x^(2n+1) / (1 * 3 * ... (2n+1))
    let term = x;
    let sum = x;
    for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
      term *= (x * x) / n;
      sum += term;
    }
    return 0.5 + normalDensity(x) * sum;
  }
  let fraction = 0;
  for (let k = 100; k > 0; k--) fraction = k / (away + fraction);
  const tail = normalDensity(x) / (away + fraction);
  return x > 0 ? 1 - tail : tail;
}

/** x with P(Z <= x) = p, p in (0, 1): Newton's steps with Halley's correction from a rough start. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability between 0 and 1, not ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz and Stegun 26.2.22, within 3e-3.
  const t = Math.sqrt(-2 * Math.log(p));
  let x = -(t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t));
  for (let i = 0; i < 4; i++) {
    const step = (normalCumulative(x) - p) / normalDensity(x);
    x -= step / (1 + (x * step) / 2);
  }
  return x;
}
