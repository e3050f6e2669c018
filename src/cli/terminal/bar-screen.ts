// A bar at the bottom of the terminal for the whole run; lines stay above it.

import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { Progress, Screen } from './screen.ts';

export class BarScreen implements Screen {
  private bar: SingleBar | undefined;
  private progress: Progress | undefined;
  private closed = false;

  line(text: string): void {
    this.above(() => console.log(text));
  }

  warn(text: string): void {
    this.above(() => console.error(pc.yellow(text)));
  }

  update(progress: Progress): void {
    this.progress = progress;
    if (this.closed) return;
    if (this.bar === undefined) this.draw(progress);
    else {
      this.bar.setTotal(progress.totalSteps);
      this.bar.update(progress.stepsDone, placeholders(progress));
    }
  }

  close(): void {
    this.closed = true;
    this.hide();
  }

  private draw(progress: Progress): void {
    this.bar = new SingleBar({
      format: `${pc.cyan('{bar}')} {place}  {losses}  {left} left`,
      stream: process.stdout,
      barsize: 10,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      // Every event is drawn: a slow executor has few, and no timer fires while it computes.
      fps: 30,
      gracefulExit: false,
    });
    this.bar.start(progress.totalSteps, progress.stepsDone, placeholders(progress));
  }

  private hide(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private above(print: () => void): void {
    const shown = this.bar !== undefined;
    this.hide();
    print();
    if (shown) this.draw(this.progress!);
  }
}

function placeholders({ epoch, epochs, step, stepsPerEpoch, text, timeLeft }: Progress): object {
  return { place: `epoch ${epoch}/${epochs} ${step}/${stepsPerEpoch}`, losses: text, left: timeLeft };
}
