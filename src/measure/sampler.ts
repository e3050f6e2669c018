// How long a call takes, by benny; the only place that knows benny. A suite of one case for each question: benny
// starts all cases of a suite at once to see what they return, and an executor runs one program at a time.

/** How long benny looks, in milliseconds. */
export interface Patience {
  /** Calls of one sample together, at least. */
  readonly sample: number;
  /** All samples. */
  readonly total: number;
}

const fewest = 3;

/** Median milliseconds of a call over benny's samples, at least three. Throws what the call throws. */
export async function sample(name: string, call: () => Promise<void>, patience: Patience): Promise<number> {
  // Loaded when it is needed: it brings much that other commands do without.
  const { add, suite } = await import('benny');
  let failure: unknown;
  let last: Promise<unknown> = Promise.resolve();
  // benny looks twice what the call returns, without waiting, and leaves a promise that is rejected to the process.
  const guarded = (): Promise<unknown> => {
    last = last
      .then(() => (failure === undefined ? call() : undefined))
      .catch((error: unknown) => {
        failure = error;
      });
    return last;
  };
  const { results } = await silently(() =>
    suite(
      name,
      add(name, guarded, {
        delay: 0,
        minTime: patience.sample / 1000,
        maxTime: patience.total / 1000,
        minSamples: fewest,
      }),
    ),
  );
  if (failure !== undefined) throw failure;
  return results[0]!.details.median * 1000;
}

/** benny says on the console that a suite starts. */
async function silently<T>(run: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = () => {};
  try {
    return await run();
  } finally {
    console.log = log;
  }
}
