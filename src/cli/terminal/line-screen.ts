// Plain lines, for pipes and files: progress within an epoch is a line only where nothing was printed for a while.

import type { Progress, Screen } from './screen.ts';

/** Milliseconds between two lines of progress. */
const interval = 10_000;

export class LineScreen implements Screen {
  private lastLine = Date.now();

  line(text: string, timeLeft?: string): void {
    this.lastLine = Date.now();
    console.log(timeLeft === undefined ? text : `${text}, ${timeLeft} left`);
  }

  warn(text: string): void {
    console.error(text);
  }

  update({ epoch, epochs, step, stepsPerEpoch, text, timeLeft }: Progress): void {
    if (Date.now() - this.lastLine < interval) return;
    this.line(`epoch ${epoch}/${epochs} step ${step}/${stepsPerEpoch}  ${text}  ${timeLeft} left`);
  }

  close(): void {}
}
