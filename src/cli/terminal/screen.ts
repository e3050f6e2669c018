// Where a run is shown to a person: lines that stay, and how far it is.

/** Epoch and step are counted from 1. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Of the whole run. */
  readonly stepsDone: number;
  readonly totalSteps: number;
  /** Losses so far, in words. */
  readonly text: string;
  readonly timeLeft: string;
}

export interface Screen {
  /** A line that stays; `timeLeft` is added where the screen does not show it anyway. */
  line(text: string, timeLeft?: string): void;
  warn(text: string): void;
  update(progress: Progress): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
