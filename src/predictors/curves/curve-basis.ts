// The layer of the Bayesian network for learning curves (Klein, Falkner, Springenberg and Hutter 2017, "Learning curve
// prediction with Bayesian neural networks", section 3): three basis functions of time, weighted, over an asymptote.

/** Numbers that the network gives for a run: 9 parameters of the bases, 3 weights, 1 asymptote. */
export const basisOutputs = 13;

const weightsAt = 9;
const asymptoteAt = 12;

/** A value and its derivatives by three parameters in [0, 1], at time t in (0, 1]. */
type Basis = (a: number, b: number, c: number, t: number) => readonly [number, number, number, number];

/** exp(-a - (b/10)/t - (c/10) ln t) - exp(a + b/10), as published. */
const vapor: Basis = (a, b, c, t) => {
  const log = Math.log(t);
  const first = Math.exp(-a - b / 10 / t - (c / 10) * log);
  const second = Math.exp(a + b / 10);
  return [first - second, -first - second, -first / (10 * t) - second / 10, (-first * log) / 10];
};

/** (10 c + 5 a ln(b t)) / 10; b is kept from 0. */
const logarithm: Basis = (a, b, c, t) => {
  const inner = Math.max(b, 1e-6) * t;
  return [c + 0.5 * a * Math.log(inner), 0.5 * Math.log(inner), b > 1e-6 ? (0.5 * a) / b : 0, 1];
};

/** a / (((c/100) / t)^b + 1); c is kept from 0. */
const hill: Basis = (a, b, c, t) => {
  const ratio = Math.max(c, 1e-6) / 100 / t;
  const power = ratio ** b;
  const below = 1 / (power + 1);
  const slope = -a * below * below * power;
  return [a * below, below, slope * Math.log(ratio), c > 1e-6 ? (slope * b) / c : 0];
};

const bases: readonly Basis[] = [vapor, logarithm, hill];

/**
 * tanh(sum of w_k phi_k(t)) + sigmoid(asymptote), where w is a softmax and a parameter is (tanh(output) + 1) / 2.
 * `slopes` gets the derivatives by the 13 outputs.
 */
export function basisCurve(outputs: ArrayLike<number>, t: number, slopes: Float64Array): number {
  const top = Math.max(outputs[weightsAt]!, outputs[weightsAt + 1]!, outputs[weightsAt + 2]!);
  const exponentials = bases.map((_, k) => Math.exp(outputs[weightsAt + k]! - top));
  const total = exponentials[0]! + exponentials[1]! + exponentials[2]!;
  let sum = 0;
  const values = [0, 0, 0];
  bases.forEach((basis, k) => {
    const squashed = [0, 1, 2].map((i) => Math.tanh(outputs[3 * k + i]!));
    const [value, ...by] = basis((squashed[0]! + 1) / 2, (squashed[1]! + 1) / 2, (squashed[2]! + 1) / 2, t);
    const weight = exponentials[k]! / total;
    values[k] = value;
    sum += weight * value;
    // d ((tanh u + 1) / 2) / du = (1 - tanh^2 u) / 2
    by.forEach((slope, i) => (slopes[3 * k + i] = weight * slope * ((1 - squashed[i]! ** 2) / 2)));
  });
  const height = Math.tanh(sum);
  const outer = 1 - height * height;
  for (let i = 0; i < weightsAt; i++) slopes[i]! *= outer;
  // d softmax_k / du_j = w_k ([k = j] - w_j), so d sum / du_j = w_j (phi_j - sum)
  for (let k = 0; k < 3; k++) slopes[weightsAt + k] = outer * (exponentials[k]! / total) * (values[k]! - sum);
  const asymptote = 1 / (1 + Math.exp(-outputs[asymptoteAt]!));
  slopes[asymptoteAt] = asymptote * (1 - asymptote);
  return height + asymptote;
}
