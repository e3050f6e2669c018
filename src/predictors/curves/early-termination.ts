// Stopping runs that will not become the best. A rule learns from runs that have ended; a strategy asks it at check
// points. `replay` plays a rule back over recorded runs and counts what it saved and what it got wrong.

import type { Random } from '../../base/random.ts';
import type { CurveExtrapolator, PartialCurve } from './forecast.ts';

interface Verdict {
  readonly stop: boolean;
  /** P(last value > best), where the rule has an idea of it. */
  readonly chance?: number;
}

/** Whether to stop a run, given the best last value of runs that have ended. */
type Judge = (running: PartialCurve, best: number) => Verdict;

export interface StoppingRule {
  readonly name: string;
  /** How many runs must have ended. */
  readonly needs: number;
  /** For runs seen for `seen` epochs of `length`, from runs that have ended. */
  learn(complete: readonly PartialCurve[], seen: number, length: number, random: Random): Judge;
}

/**
 * Stops where P(last value > best) is below `risk` (Domhan et al. 2015, section 3.3: 0.05). A run that is ahead of the
 * best as it stands goes on: that it would fall back is known only from runs that were worse.
 */
export function extrapolationRule(extrapolator: CurveExtrapolator, risk: number): StoppingRule {
  return {
    name: `${extrapolator.name} ${risk}`,
    needs: extrapolator.needs,
    learn(complete, seen, length, random) {
      const forecast = extrapolator.fit(complete, seen, length, random);
      return (running, best) => {
        if (running.values.at(-1)! >= best) return { stop: false };
        const chance = forecast([running])[0]!.above(best);
        return { stop: chance < risk, chance };
      };
    },
  };
}

/** Stops where the best value so far is below the median of the ended runs' means so far (Golovin et al. 2017). */
export const medianRule: StoppingRule = {
  name: 'median',
  needs: 1,
  learn(complete, seen) {
    const means = complete
      .map(({ values }) => values.subarray(0, seen).reduce((sum, value) => sum + value, 0) / seen)
      .sort((a, b) => a - b);
    const middle = means.length >> 1;
    const median = means.length % 2 === 1 ? means[middle]! : (means[middle - 1]! + means[middle]!) / 2;
    return ({ values }) => ({ stop: Math.max(...values.subarray(0, seen)) < median });
  },
};

interface ReplayOptions {
  /** Runs that complete before any is judged. */
  readonly first: number;
  /** Epochs after which runs are judged first, and then every how many. */
  readonly from: number;
  readonly every: number;
  /** A rule learns anew once ended runs have grown by this factor. */
  readonly growth: number;
}

export const replayDefaults: ReplayOptions = { first: 10, from: 10, every: 5, growth: 1.2 };

export interface Replay {
  /** Epochs that all runs would have taken, and those that were not run. */
  readonly epochs: number;
  readonly saved: number;
  /** Judged runs whose own last value beats the best of the runs that had ended then, and those of them stopped. */
  readonly wouldBeBest: number;
  readonly wrong: number;
  /** Best last value of all runs less the best one that was reached. */
  readonly regret: number;
}

/** Runs one after the other in `order`; all must be complete. */
export function replay(
  curves: readonly PartialCurve[],
  order: ArrayLike<number>,
  rule: StoppingRule,
  random: Random,
  options: ReplayOptions = replayDefaults,
): Replay {
  const length = curves[0]!.values.length;
  const last = ({ values }: PartialCurve): number => values[length - 1]!;
  const runs = Array.from(order, (index) => curves[index]!);
  const ended = runs.slice(0, options.first);
  let best = Math.max(...ended.map(last));
  const learned = new Map<number, { readonly from: number; readonly judge: Judge }>();
  const judgeAt = (seen: number): Judge => {
    const known = learned.get(seen);
    if (known !== undefined && ended.length < known.from * options.growth) return known.judge;
    const judge = rule.learn([...ended], seen, length, random.split('learn', ended.length * length + seen));
    learned.set(seen, { from: ended.length, judge });
    return judge;
  };
  let saved = 0;
  let wouldBeBest = 0;
  let wrong = 0;
  for (const run of runs.slice(options.first)) {
    const beats = last(run) > best;
    let seen = options.from;
    while (seen < length && !judgeAt(seen)({ ...run, values: run.values.subarray(0, seen) }, best).stop)
      seen += options.every;
    const stopped = seen < length;
    if (beats) wouldBeBest++;
    if (beats && stopped) wrong++;
    if (stopped) saved += length - seen;
    else {
      ended.push(run);
      best = Math.max(best, last(run));
    }
  }
  return {
    epochs: runs.length * length,
    saved,
    wouldBeBest,
    wrong,
    regret: Math.max(...runs.map(last)) - best,
  };
}
