// Ctrl-C: the first asks a run to finish its step and save, the second quits at once.

import { MixopError } from '../../base/errors.ts';

/** Milliseconds. npm forwards a signal that its child has already received: one key press may arrive twice. */
const onePress = 100;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupts {
  /** Aborted by SIGINT, SIGTERM, SIGHUP (the terminal is closed), and when stdout cannot be written any more. */
  readonly signal: AbortSignal;
  close(): void;
}

/** Listens until `close`; `onInterrupt` runs once, at the first signal, and must leave the terminal as it was. */
export function listenForInterrupts(onInterrupt: () => void): Interrupts {
  const controller = new AbortController();
  const release = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  let first = 0;
  function stop(signal: NodeJS.Signals): void {
    if (!controller.signal.aborted) ask();
    else if (Date.now() - first >= onePress) {
      release();
      process.kill(process.pid, signal);
    }
  }
  function ask(): void {
    if (controller.signal.aborted) return;
    first = Date.now();
    controller.abort();
    onInterrupt();
    // Without a listener the system ends the process, also while it computes. A run survives that at any moment.
    // A signal that arrived during a long computation may be undelivered when the timer fires: let it go first.
    setTimeout(() => setImmediate(release), onePress).unref();
  }
  for (const signal of signals) process.on(signal, stop);
  process.stdout.on('error', ask);
  return {
    signal: controller.signal,
    close() {
      release();
      process.stdout.off('error', ask);
    },
  };
}

/** Runs what a view shows; the first Ctrl-C aborts its signal. The view is closed at the end, whatever happens. */
export async function interruptible<T>(
  view: { stopping(): void; close(): void },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupts = listenForInterrupts(() => view.stopping());
  try {
    return await run(interrupts.signal);
  } finally {
    view.close();
    interrupts.close();
  }
}

/** How an interrupted run ends. `place`: where it is; `remedy`: how to continue it. */
export function stoppedError(place: string, out: string, remedy: string): MixopError {
  return new MixopError('interrupted', place, `stopped and saved in ${out}`, remedy);
}
