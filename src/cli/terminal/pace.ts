// How long a run will still take, by what it took so far in this process.

import type { RunPosition, RunSteps } from './view.ts';

export class Pace {
  readonly total: number;
  private readonly stepsPerEpoch: number;
  private readonly started = Date.now();
  private readonly first: number;

  constructor({ epochs, stepsPerEpoch, position }: RunSteps) {
    this.total = epochs * stepsPerEpoch;
    this.stepsPerEpoch = stepsPerEpoch;
    this.first = this.done(position);
  }

  /** Steps of the whole run that are done. */
  done({ epoch, step }: RunPosition): number {
    return epoch * this.stepsPerEpoch + step;
  }

  /** `3 min 20 s`; `?` before the first step. */
  left(position: RunPosition): string {
    const done = this.done(position);
    if (done === this.first) return '?';
    const seconds = (Date.now() - this.started) / 1000;
    return duration(((this.total - done) * seconds) / (done - this.first));
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
