// What an extrapolator must beat: the last value carried forward, and the best value so far. Their deviation is that
// of the same rule on the complete curves.

import { deviation } from '../../base/statistics.ts';
import { type CurveExtrapolator, normalForecast, refusing } from './forecast.ts';

type Rule = (values: Float64Array) => number;

const lastOf: Rule = (values) => values.at(-1)!;
const bestOf: Rule = (values) => Math.max(...values);

function simple(name: string, rule: Rule): CurveExtrapolator {
  return refusing({
    name,
    needs: 2,
    fit(complete, seen, length) {
      const errors = complete.map(({ values }) => values[length - 1]! - rule(values.subarray(0, seen)));
      const spread = deviation(errors);
      return (running) => running.map(({ values }) => normalForecast(rule(values.subarray(0, seen)), spread));
    },
  });
}

export const lastValue: CurveExtrapolator = simple('last value', lastOf);
export const bestSoFar: CurveExtrapolator = simple('best so far', bestOf);
