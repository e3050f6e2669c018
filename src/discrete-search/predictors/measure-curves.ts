// How well the last values of recorded learning curves are predicted, and what stopping runs early would have saved.

import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { completeCurves, type CurveSet, leftOut } from '../../data/curves/curve.ts';
import { openCurves } from '../../data/curves/open.ts';
import {
  extrapolationRule,
  medianRule,
  type Replay,
  replay,
} from '../../predictors/curves/early-termination.ts';
import type { CurveExtrapolator } from '../../predictors/curves/forecast.ts';
import { type CurveScore, scoreExtrapolator, splitCurves } from '../../predictors/curves/measure.ts';

/** Complete curves that a set must have. */
const minCurves = 20;
/** Epochs of a curve whose first quarter has two points. */
const minEpochs = 8;
/** Of each curve, what the extrapolators see. */
const shares = [0.25, 0.5];

/** A set of a file is measured next, or is left out because it has too few complete curves. */
export type CurveEvent<T> =
  | { readonly kind: 'set'; readonly set: CurveSet }
  | { readonly kind: 'too few'; readonly set: CurveSet; readonly needed: number }
  | { readonly kind: 'measured'; readonly measure: T };

/** What `leftOut` counts of a measured set. */
interface OfSet {
  readonly set: string;
  readonly leftOut: ReturnType<typeof leftOut>;
}

/** `share`: of the curve that was seen. */
export type CurveError = OfSet & CurveScore & { readonly share: number };
type CurveStops = OfSet & Replay & { readonly rule: string };

/** ask: curves of a set to predict; learn: complete curves to learn from, by default 100, of small sets 40 or half. */
export async function* curveErrors(
  files: readonly string[],
  extrapolators: readonly CurveExtrapolator[],
  { ask, learn, seed }: { readonly ask: number; readonly learn?: number | undefined; readonly seed: number },
): AsyncGenerator<CurveEvent<CurveError>, void, void> {
  for (const event of await openSets(files)) {
    const { set } = event;
    if (event.kind === 'too few') {
      yield event;
      continue;
    }
    const curves = completeCurves(set);
    const learned = learn ?? (curves.length >= 200 ? 100 : Math.min(40, curves.length >> 1));
    const random = Random.fromSeed(seed);
    const split = splitCurves(curves, learned, ask, random);
    checkSet(set, curves.length, learned);
    yield event;
    for (const share of shares) {
      const seen = Math.floor(set.length * share);
      for (const extrapolator of extrapolators) {
        const score = scoreExtrapolator(extrapolator, split, seen, random.split(extrapolator.name, seen));
        yield { kind: 'measured', measure: { set: set.name, leftOut: leftOut(set), share, ...score } };
      }
    }
  }
}

/** Plays the runs of each set back in random orders, by the median rule and by each extrapolator's. */
export async function* curveStops(
  files: readonly string[],
  extrapolators: readonly CurveExtrapolator[],
  { orders, risk, seed }: { readonly orders: number; readonly risk: number; readonly seed: number },
): AsyncGenerator<CurveEvent<CurveStops>, void, void> {
  const rules = [medianRule, ...extrapolators.map((extrapolator) => extrapolationRule(extrapolator, risk))];
  for (const event of await openSets(files)) {
    yield event;
    if (event.kind === 'too few') continue;
    const { set } = event;
    const curves = completeCurves(set);
    for (const rule of rules) {
      const sum = { epochs: 0, saved: 0, wouldBeBest: 0, wrong: 0, regret: 0 };
      for (let order = 0; order < orders; order++) {
        const random = Random.fromSeed(seed).split('order', order);
        const played = replay(curves, random.split('runs').permutation(curves.length), rule, random);
        for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += played[key];
      }
      const means = { saved: sum.saved / sum.epochs, regret: sum.regret / orders };
      const measure = { set: set.name, leftOut: leftOut(set), rule: rule.name, ...sum, ...means };
      yield { kind: 'measured', measure };
    }
  }
}

type OpenSet = Exclude<CurveEvent<never>, { readonly kind: 'measured' }>;

/** Sets with too few curves come first. */
async function openSets(files: readonly string[]): Promise<readonly OpenSet[]> {
  const sets = (await Promise.all(files.map(openCurves))).flat();
  const few = sets.filter((set) => completeCurves(set).length < minCurves);
  if (few.length === sets.length) {
    const problem = `no set has ${minCurves} complete curves: ${few.map(countText).join('; ')}`;
    throw new MixopError('data', files.join(', '), problem, 'give files with more curves of one task');
  }
  return [
    ...few.map((set) => ({ kind: 'too few', set, needed: minCurves }) as const),
    ...sets.filter((set) => !few.includes(set)).map((set) => ({ kind: 'set', set }) as const),
  ];
}

function checkSet(set: CurveSet, curves: number, learn: number): void {
  if (curves <= learn) {
    const problem = `${curves} complete curves of ${set.name}, and ${learn} to learn from`;
    throw new MixopError('usage', '--learn', problem, 'leave some to predict');
  }
  if (set.length >= minEpochs) return;
  const problem = `a quarter of a curve of ${set.length} epochs is too little to predict from`;
  throw new MixopError('data', set.name, problem, `give curves of at least ${minEpochs} epochs`);
}

/** `robustdarts-s1: 37 complete curves of 50; 3 of 40 left out: 2 not finite, 1 short`. */
export function countText(set: CurveSet): string {
  const { notFinite, short } = leftOut(set);
  const whole = `${set.name}: ${completeCurves(set).length} complete curves of ${set.length}`;
  if (notFinite + short === 0) return whole;
  const why = [
    ...(notFinite > 0 ? [`${notFinite} not finite`] : []),
    ...(short > 0 ? [`${short} short`] : []),
  ];
  return `${whole}; ${notFinite + short} of ${set.curves.length} left out: ${why.join(', ')}`;
}
