// How long a run will still take, judged by its steps so far in this process.

import type { RunSize } from './narrator.ts';
import type { RunPosition } from './progress-text.ts';

export class TimeLeft {
  readonly totalSteps: number;
  private readonly stepsPerEpoch: number;
  private readonly started = Date.now();
  private readonly stepsAtStart: number;

  constructor({ epochs, stepsPerEpoch, position }: RunSize) {
    this.totalSteps = epochs * stepsPerEpoch;
    this.stepsPerEpoch = stepsPerEpoch;
    this.stepsAtStart = this.stepsDone(position);
  }

  /** Steps of the whole run. */
  stepsDone({ epoch, step }: RunPosition): number {
    return epoch * this.stepsPerEpoch + step;
  }

  /** `3 min 20 s`; `?` before the first step. */
  text(position: RunPosition): string {
    const done = this.stepsDone(position);
    if (done === this.stepsAtStart) return '?';
    const seconds = (Date.now() - this.started) / 1000;
    return duration(((this.totalSteps - done) * seconds) / (done - this.stepsAtStart));
  }
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
