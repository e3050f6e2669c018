// Plain lines: one for each epoch, and one for the steps in between where an epoch takes long.

import type { SearchProgress, SearchStart } from '../search/events.ts';
import { duration, Pace } from './pace.ts';
import { epochText, startText, stepsText } from './progress-text.ts';
import type { View } from './view.ts';

/** Milliseconds between two lines. */
const quiet = 10_000;

export class PlainView implements View {
  private run: { readonly start: SearchStart; readonly pace: Pace } | undefined;
  private lastLine = Date.now();
  private epochStarted = Date.now();

  show(progress: SearchProgress): void {
    if (progress.kind === 'warning') console.error(`warning: ${progress.message}`);
    if (progress.kind === 'start') {
      this.run = { start: progress, pace: new Pace(progress) };
      this.line(startText(progress));
    }
    if (this.run === undefined) return;
    const { start, pace } = this.run;
    if (progress.kind === 'steps' && Date.now() - this.lastLine >= quiet) {
      const { position } = progress;
      const place = `epoch ${position.epoch + 1}/${start.epochs} step ${position.step}/${start.stepsPerEpoch}`;
      this.line(`${place}  ${stepsText(position, start.batch)}  ${pace.left(position)} left`);
    }
    if (progress.kind === 'epoch') {
      const took = duration((Date.now() - this.epochStarted) / 1000);
      this.epochStarted = Date.now();
      const { position } = progress;
      const left = position.epoch < start.epochs ? `, ${pace.left(position)} left` : '';
      this.line(epochText(progress.record, start.epochs, took + left));
    }
  }

  stopping(line: string): void {
    console.error(line);
  }

  close(): void {}

  private line(text: string): void {
    this.lastLine = Date.now();
    console.log(text);
  }
}
