// Shows runs that go by epochs and steps: a bar on a terminal, plain lines elsewhere, JSON lines for programs. What
// differs between commands are the texts of a start, of the steps and of an epoch.

import { BarScreen } from './bar-screen.ts';
import { LineScreen } from './line-screen.ts';
import { positionText, type RunPosition } from './progress-text.ts';
import type { Screen } from './screen.ts';
import { duration, TimeLeft } from './time-left.ts';

/** How long a run is, and where it starts. */
export interface RunSize {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly position: RunPosition;
}

interface Positioned {
  readonly position: RunPosition;
}

/** What a run reports: the same kinds of events everywhere, with contents of its own. */
export type NarratedEvent<Start, Steps, Epoch> =
  | ({ readonly kind: 'start' } & Start)
  | { readonly kind: 'warning'; readonly message: string }
  | ({ readonly kind: 'steps' } & Steps)
  | ({ readonly kind: 'epoch' } & Epoch)
  | { readonly kind: 'saved' };

export interface RunTexts<Start, Steps, Epoch> {
  start(start: Start): string;
  /** About the steps of the current epoch so far. */
  steps(steps: Steps, start: Start): string;
  epoch(epoch: Epoch, start: Start): string;
}

export class Narrator {
  private position: RunPosition = { epoch: 0, step: 0 };
  /** Undefined: JSON lines. */
  private readonly screen: Screen | undefined;

  constructor({ json }: { readonly json: boolean }) {
    if (!json) this.screen = process.stdout.isTTY ? new BarScreen() : new LineScreen();
  }

  /** Where the run that is shown is, in words. */
  get place(): string {
    return positionText(this.position);
  }

  /** Returns what shows the events of one kind of run; each `start` event begins another run. */
  listener<Start extends RunSize, Steps extends Positioned, Epoch extends Positioned>(
    texts: RunTexts<Start, Steps, Epoch>,
  ): (event: NarratedEvent<Start, Steps, Epoch>) => void {
    let run: ShownRun<Start> | undefined;
    return (event) => {
      if ('position' in event) this.position = event.position;
      const { screen } = this;
      if (screen === undefined) {
        console.log(JSON.stringify(event));
        return;
      }
      if (event.kind === 'warning') screen.warn(`warning: ${event.message}`);
      if (event.kind === 'start') {
        run = new ShownRun(event, screen);
        screen.line(texts.start(event));
        run.update(event.position, '');
      }
      if (event.kind === 'steps') run?.update(event.position, texts.steps(event, run.start));
      if (event.kind === 'epoch') run?.epoch(event.position, texts.epoch(event, run.start));
    };
  }

  /** Says, on stderr, that the run will stop, and leaves the terminal as it was. */
  stopping(): void {
    this.screen?.close();
    const line = 'stopping: finishing this step, then saving; Ctrl-C again quits at once';
    if (this.screen === undefined) console.error(line);
    else this.screen.warn(line);
  }

  /** Leaves the terminal as it was. */
  close(): void {
    this.screen?.close();
  }
}

/** Puts times to the texts of a run. */
class ShownRun<Start extends RunSize> {
  readonly start: Start;
  private readonly screen: Screen;
  private readonly timeLeft: TimeLeft;
  private epochStarted = Date.now();

  constructor(start: Start, screen: Screen) {
    this.start = start;
    this.screen = screen;
    this.timeLeft = new TimeLeft(start);
  }

  update(position: RunPosition, text: string): void {
    const { start, timeLeft } = this;
    this.screen.update({
      epoch: position.epoch + 1,
      epochs: start.epochs,
      step: position.step,
      stepsPerEpoch: start.stepsPerEpoch,
      stepsDone: timeLeft.stepsDone(position),
      totalSteps: timeLeft.totalSteps,
      text,
      timeLeft: timeLeft.text(position),
    });
  }

  epoch(position: RunPosition, text: string): void {
    const { epochs } = this.start;
    const took = duration((Date.now() - this.epochStarted) / 1000);
    this.epochStarted = Date.now();
    const number = String(position.epoch).padStart(String(epochs).length);
    const line = `epoch ${number}/${epochs}  ${text}  ${took}`;
    this.screen.line(line, position.epoch < epochs ? this.timeLeft.text(position) : undefined);
  }
}
