// Ctrl-C: the first asks the search to finish its step and save, the second leaves at once.

/** Milliseconds. npm passes a signal on that its child has already got: one key press may arrive twice. */
const onePress = 100;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupts {
  /** Aborted by SIGINT, SIGTERM, SIGHUP (the terminal is closed), and where stdout takes nothing any more. */
  readonly signal: AbortSignal;
  close(): void;
}

/** Listens until `close`; `told` runs once, at the first signal, and must leave the terminal as it was. */
export function listenForInterrupts(told: () => void): Interrupts {
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
    told();
    // Without a listener the system ends the process, also while it computes. A run survives that at any moment.
    // A signal that came during a long computation is still to be delivered when the timer fires: it goes first.
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
