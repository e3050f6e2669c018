// What shows a run while it goes on.

/** How far a run is. */
export interface RunSteps {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly position: RunPosition;
}

export interface RunPosition {
  readonly epoch: number;
  readonly step: number;
}

/** What happens in a run, in words: what bars and lines are made of. */
export type Told =
  | { readonly kind: 'warning'; readonly message: string }
  | ({ readonly kind: 'start'; readonly text: string } & RunSteps)
  /** losses: over the steps of the epoch so far. */
  | { readonly kind: 'steps'; readonly position: RunPosition; readonly losses: string }
  | { readonly kind: 'epoch'; readonly position: RunPosition; readonly text: string };

/** Puts what a run reports into words; undefined: not worth a word. */
export type Narrator<P> = (progress: P) => Told | undefined;

export interface View<P> {
  show(progress: P): void;
  /** Says, on stderr, that the run will stop, and leaves the terminal as it was. */
  stopping(line: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
