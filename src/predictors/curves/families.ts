// The 11 families of learning curves (Domhan, Springenberg and Hutter 2015, "Speeding up automatic hyperparameter
// optimization of deep neural networks by extrapolation of learning curves", table 1): x is the epoch, from 1.

/** A parameter's start before it has been fitted, and the range that it stays in. */
type ParameterRange = readonly [start: number, low: number, high: number];

export interface CurveFamily {
  readonly name: string;
  readonly parameters: readonly ParameterRange[];
  /** The value at epoch x for parameters p[at], p[at + 1], ...; `logX` is ln x. May be NaN outside of its domain. */
  value(x: number, logX: number, p: ArrayLike<number>, at: number): number;
}

/** Where a curve ends: values are accuracies. */
const end: ParameterRange = [0.7, 0, 1.5];
const beginning: ParameterRange = [0.1, -1, 1];

const families = {
  /** exp(a + b/x + c ln x) */
  vaporPressure: {
    parameters: [
      [-0.62, -10, 2],
      [-0.47, -20, 20],
      [0.04, -2, 2],
    ],
    value: (x, logX, p, at) => Math.exp(p[at]! + p[at + 1]! / x + p[at + 2]! * logX),
  },
  /** c - a x^-alpha */
  pow3: {
    parameters: [end, [0.5, -5, 5], [0.5, 0, 10]],
    value: (_, logX, p, at) => p[at]! - p[at + 1]! * Math.exp(-p[at + 2]! * logX),
  },
  /** c - (a x + b)^-alpha */
  pow4: {
    parameters: [end, [1, 1e-3, 1e3], [1, 0, 1e3], [0.5, 0, 10]],
    value: (x, _, p, at) => p[at]! - (p[at + 1]! * x + p[at + 2]!) ** -p[at + 3]!,
  },
  /** ln(a ln x + b) */
  logLogLinear: {
    parameters: [
      [0.2, -2, 5],
      [1.6, 0.5, 5],
    ],
    value: (_, logX, p, at) => Math.log(p[at]! * logX + p[at + 1]!),
  },
  /** y x^eta / (kappa^eta + x^eta) */
  hill3: {
    parameters: [end, [0.8, 0, 10], [1, 1e-3, 1e3]],
    value: (_, logX, p, at) => p[at]! / (1 + Math.exp(p[at + 1]! * (Math.log(p[at + 2]!) - logX))),
  },
  /** a / (1 + (x / e^b)^c) */
  logPower: {
    parameters: [end, [0.5, -10, 10], [-0.8, -10, 0]],
    value: (_, logX, p, at) => p[at]! / (1 + Math.exp(p[at + 2]! * (logX - p[at + 1]!))),
  },
  /** alpha - (alpha - beta) / (1 + (kappa x)^delta) */
  mmf: {
    parameters: [end, beginning, [0.3, 1e-4, 1e2], [1, 0, 10]],
    value: (_, logX, p, at) =>
      p[at]! - (p[at]! - p[at + 1]!) / (1 + Math.exp(p[at + 3]! * (Math.log(p[at + 2]!) + logX))),
  },
  /** c - exp(-a x^alpha + b) */
  exp4: {
    parameters: [end, [0.8, 0, 50], [0.3, 0, 5], [-0.5, -10, 5]],
    value: (_, logX, p, at) => p[at]! - Math.exp(p[at + 3]! - p[at + 1]! * Math.exp(p[at + 2]! * logX)),
  },
  /** alpha - (alpha - beta) exp(-kappa x^delta) */
  janoschek: {
    parameters: [end, beginning, [0.4, 1e-4, 50], [0.5, 0, 5]],
    value: (_, logX, p, at) =>
      p[at]! - (p[at]! - p[at + 1]!) * Math.exp(-p[at + 2]! * Math.exp(p[at + 3]! * logX)),
  },
  /** alpha - (alpha - beta) exp(-(kappa x)^delta) */
  weibull: {
    parameters: [end, beginning, [0.1, 1e-4, 1e2], [0.5, 0, 5]],
    value: (_, logX, p, at) =>
      p[at]! - (p[at]! - p[at + 1]!) * Math.exp(-Math.exp(p[at + 3]! * (Math.log(p[at + 2]!) + logX))),
  },
  /** c - a / ln(1 + x) */
  ilog2: {
    parameters: [end, [0.2, -2, 2]],
    value: (x, _, p, at) => p[at]! - p[at + 1]! / Math.log1p(x),
  },
} satisfies Record<string, Omit<CurveFamily, 'name'>>;

export type FamilyName = keyof typeof families;

export const familyNames: readonly FamilyName[] = Object.keys(families) as FamilyName[];

/** The authors' default combination leaves two of the eleven out. */
export const defaultFamilies: readonly FamilyName[] = familyNames.filter(
  (name) => name !== 'vaporPressure' && name !== 'ilog2',
);

export function curveFamily(name: FamilyName): CurveFamily {
  return { name, ...families[name] };
}
