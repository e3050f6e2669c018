// A bar at the bottom of the terminal for the whole search; a line for each epoch stays above it.

import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { duration, Pace } from './pace.ts';
import type { Narrator, RunSteps, View } from './view.ts';

export class BarView<P> implements View<P> {
  private readonly narrator: Narrator<P>;
  private run: { readonly start: RunSteps; readonly pace: Pace } | undefined;
  private bar: SingleBar | undefined;
  private at = { done: 0, text: { place: '', losses: '', left: '' } };
  private epochStarted = Date.now();
  private calm = false;

  constructor(narrator: Narrator<P>) {
    this.narrator = narrator;
  }

  show(progress: P): void {
    const told = this.narrator(progress);
    if (told === undefined) return;
    if (told.kind === 'warning') this.above(pc.yellow(`warning: ${told.message}`));
    if (told.kind === 'start') {
      const pace = new Pace(told);
      this.run = { start: told, pace };
      this.above(told.text);
      this.update(pace.done(told.position), told.position.epoch, told.position.step, '', '?');
    }
    if (this.run === undefined) return;
    const { pace } = this.run;
    if (told.kind === 'steps') {
      const { position } = told;
      this.update(pace.done(position), position.epoch, position.step, told.losses, pace.left(position));
    }
    if (told.kind === 'epoch') {
      const took = duration((Date.now() - this.epochStarted) / 1000);
      this.epochStarted = Date.now();
      this.above(`${told.text}  ${took}`);
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
