// A bar at the bottom of the terminal for the whole search; a line for each epoch stays above it.

import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { SearchProgress, SearchStart } from '../search/events.ts';
import { duration, Pace } from './pace.ts';
import { epochText, startText, stepsText } from './progress-text.ts';
import type { View } from './view.ts';

export class BarView implements View {
  private run: { readonly start: SearchStart; readonly pace: Pace } | undefined;
  private bar: SingleBar | undefined;
  private at = { done: 0, text: { place: '', losses: '', left: '' } };
  private epochStarted = Date.now();
  private calm = false;

  show(progress: SearchProgress): void {
    if (progress.kind === 'warning') this.above(pc.yellow(`warning: ${progress.message}`));
    if (progress.kind === 'start') {
      const pace = new Pace(progress);
      this.run = { start: progress, pace };
      this.above(startText(progress));
      this.update(pace.done(progress.position), progress.position.epoch, progress.position.step, '', '?');
    }
    if (this.run === undefined) return;
    const { start, pace } = this.run;
    if (progress.kind === 'steps') {
      const { position } = progress;
      const losses = stepsText(position, start.batch);
      this.update(pace.done(position), position.epoch, position.step, losses, pace.left(position));
    }
    if (progress.kind === 'epoch') {
      const took = duration((Date.now() - this.epochStarted) / 1000);
      this.epochStarted = Date.now();
      this.above(epochText(progress.record, start.epochs, took));
    }
  }

  stopping(line: string): void {
    this.close();
    console.error(pc.yellow(line));
  }

  close(): void {
    this.calm = true;
    this.hide();
  }

  private update(done: number, epoch: number, step: number, losses: string, left: string): void {
    const { start } = this.run!;
    const place = `epoch ${epoch + 1}/${start.epochs} ${step}/${start.stepsPerEpoch}`;
    this.at = { done, text: { place, losses, left } };
    if (this.calm) return;
    if (this.bar === undefined) this.draw();
    else this.bar.update(done, this.at.text);
  }

  private draw(): void {
    this.bar = new SingleBar({
      format: `${pc.cyan('{bar}')} {place}  {losses}  {left} left`,
      stream: process.stdout,
      barsize: 10,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      // Every event is drawn: a slow executor has few, and no timer turns while it computes.
      fps: 30,
      gracefulExit: false,
    });
    this.bar.start(this.run!.pace.total, this.at.done, this.at.text);
  }

  private hide(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  /** A line that stays, above the bar. */
  private above(line: string): void {
    const shown = this.bar !== undefined;
    this.hide();
    console.log(line);
    if (shown) this.draw();
  }
}
