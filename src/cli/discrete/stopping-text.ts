// What stopping trainings early saved, and its expected mistakes, in a line.

import type { StoppingSummary } from '../../predictors/curves/stopping.ts';
import { percent } from '../terminal/progress-text.ts';

/** `4 of 20 runs; 80 of 600 epochs saved (13.3%); 0.004 mistakes expected`. */
export function stoppingText({ runs, stopped, epochs, saved, mistakes }: StoppingSummary): string {
  if (stopped === 0) return `none of ${runs} runs`;
  const doubt =
    mistakes === undefined
      ? 'the rule does not estimate mistakes'
      : `${mistakes.toPrecision(1)} mistakes expected`;
  return `${stopped} of ${runs} runs; ${saved} of ${epochs} epochs saved (${percent(saved / epochs)}); ${doubt}`;
}
