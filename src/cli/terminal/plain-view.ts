// Plain lines: one for each epoch, and one for the steps in between where an epoch takes long.

import { duration, Pace } from './pace.ts';
import type { Narrator, RunSteps, View } from './view.ts';

/** Milliseconds between two lines. */
const quiet = 10_000;

export class PlainView<P> implements View<P> {
  private readonly narrator: Narrator<P>;
  private run: { readonly start: RunSteps; readonly pace: Pace } | undefined;
  private lastLine = Date.now();
  private epochStarted = Date.now();

  constructor(narrator: Narrator<P>) {
    this.narrator = narrator;
  }

  show(progress: P): void {
    const told = this.narrator(progress);
    if (told === undefined) return;
    if (told.kind === 'warning') console.error(`warning: ${told.message}`);
    if (told.kind === 'start') {
      this.run = { start: told, pace: new Pace(told) };
      this.line(told.text);
    }
    if (this.run === undefined) return;
    const { start, pace } = this.run;
    if (told.kind === 'steps' && Date.now() - this.lastLine >= quiet) {
      const { position } = told;
      const place = `epoch ${position.epoch + 1}/${start.epochs} step ${position.step}/${start.stepsPerEpoch}`;
      this.line(`${place}  ${told.losses}  ${pace.left(position)} left`);
    }
    if (told.kind === 'epoch') {
      const took = duration((Date.now() - this.epochStarted) / 1000);
      this.epochStarted = Date.now();
      const { position } = told;
      const left = position.epoch < start.epochs ? `, ${pace.left(position)} left` : '';
      this.line(`${told.text}  ${took}${left}`);
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
