// What a run is measured by beside its loss: accuracy or, of text, perplexity.

import { isTextConfig, perplexity } from '../search/text/config.ts';
import type { ChartOptions, Line } from './charts.ts';
import { type ReportedRun, series } from './collect.ts';
import { decimal, percent } from './parts.ts';

export interface Measure {
  readonly name: 'accuracy' | 'perplexity';
  readonly format: ChartOptions['format'];
  /** Of the best of some values. */
  readonly best: (values: readonly number[]) => number;
  /** By epoch, on what is trained on and on what is not. */
  readonly train: Line['points'];
  readonly valid: Line['points'];
}

export function measureOf(run: ReportedRun): Measure {
  if (!isTextConfig(run.config))
    return {
      name: 'accuracy',
      format: percent,
      best: (values) => Math.max(...values),
      train: series(run, 'trainAccuracy'),
      valid: series(run, 'validationAccuracy'),
    };
  const of = (key: string): Line['points'] =>
    series(run, key).map(([epoch, loss]) => [epoch, perplexity(loss)] as const);
  return {
    name: 'perplexity',
    format: decimal,
    best: (values) => Math.min(...values),
    train: of('trainLoss'),
    valid: of('validLoss'),
  };
}
