// Early termination of runs that are under way: a rule by name, when it looks, and what it said. `early-termination.ts`
// has the rules themselves and plays them back over recorded runs.

import * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { curveNetwork } from './curve-network.ts';
import { curveSvr } from './curve-svr.ts';
import { extrapolationRule, medianRule, replayDefaults, type StoppingRule } from './early-termination.ts';
import type { CurveExtrapolator, PartialCurve } from './forecast.ts';
import { parametric } from './parametric.ts';
import { lastValue } from './simple-rules.ts';

const extrapolators = {
  last: () => lastValue,
  svr: () => curveSvr(50),
  mcmc: () => parametric(),
  network: () => curveNetwork(),
} satisfies Record<string, () => CurveExtrapolator>;

export const stoppingRules = ['median', 'last', 'svr', 'mcmc', 'network'] as const;

export const stoppingSchema = z.strictObject({
  rule: z.enum(stoppingRules).describe('how a last value is foreseen'),
  risk: z.number().gt(0).lt(1).default(0.001).describe('stop where P(last value > best) is below'),
  first: z.int().min(2).default(replayDefaults.first).describe('runs that must have ended'),
  from: z.int().min(3).default(replayDefaults.from).describe('epochs before the first look'),
  every: z.int().positive().default(replayDefaults.every).describe('epochs between two looks'),
});

export type Stopping = z.output<typeof stoppingSchema>;

/** What a stopped run had come to; plain JSON. */
export type Stop = {
  /** Epochs that it ran, and those that it did not. */
  readonly seen: number;
  readonly saved: number;
  /** The best last value of the runs that had ended. */
  readonly best: number;
  /** P(last value > best) by the rule: the probability of a mistake. The median rule gives none. */
  readonly chance?: number;
};

function ruleOf({ rule, risk }: Stopping): StoppingRule {
  return rule === 'median' ? medianRule : extrapolationRule(extrapolators[rule](), risk);
}

/** Refuses fewer runs than the rule learns from; `place` is the key. */
export function checkStopping(settings: Stopping, place: string): void {
  const { needs } = ruleOf(settings);
  if (settings.first >= needs) return;
  const problem = `${settings.first} runs are too few for ${settings.rule}`;
  throw new MixopError('config', place, problem, `give ${needs} or more`);
}

/**
 * Looks at a run where it is time to; undefined: it goes on. Ended runs of another length, or with a value that is not
 * finite, teach nothing. Values rise from 0 to 1.
 */
export function lookAt(
  settings: Stopping,
  ended: readonly PartialCurve[],
  running: PartialCurve,
  length: number,
  random: Random,
): Stop | undefined {
  const { first, from, every } = settings;
  const seen = running.values.length;
  if (seen < from || seen >= length || (seen - from) % every !== 0) return undefined;
  const complete = ended.filter(
    ({ values }) => values.length === length && values.every((value) => Number.isFinite(value)),
  );
  if (complete.length < first) return undefined;
  const best = Math.max(...complete.map(({ values }) => values[length - 1]!));
  const judge = ruleOf(settings).learn(complete, seen, length, random.split('learn', seen));
  const { stop, chance } = judge(running, best);
  return stop ? { seen, saved: length - seen, best, ...(chance !== undefined && { chance }) } : undefined;
}

/** What early termination came to over several runs. */
export interface StoppingSummary {
  readonly runs: number;
  readonly stopped: number;
  /** Epochs of all runs had none been stopped, and those that were not run. */
  readonly epochs: number;
  readonly saved: number;
  /** Expected number of stopped runs that would have become the best: the sum of their chances; absent if unknown. */
  readonly mistakes?: number;
}

/** epochs: that were run, of each run; its stop where it was stopped. */
export function summariseStopping(
  runs: readonly { readonly epochs: number; readonly stop?: Stop | undefined }[],
): StoppingSummary {
  const stops = runs.flatMap(({ stop }) => stop ?? []);
  const saved = stops.reduce((sum, stop) => sum + stop.saved, 0);
  const chances = stops.flatMap(({ chance }) => chance ?? []);
  return {
    runs: runs.length,
    stopped: stops.length,
    epochs: runs.reduce((sum, { epochs }) => sum + epochs, 0) + saved,
    saved,
    ...(chances.length === stops.length && { mistakes: chances.reduce((sum, chance) => sum + chance, 0) }),
  };
}
