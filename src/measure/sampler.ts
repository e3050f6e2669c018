// Times a call with benny; the only file that uses benny. Every case has its own suite: benny starts all cases of a suite
// at once to see what they return, and an executor runs one program at a time.

/** How long benny measures, in milliseconds. */
export interface Patience {
  /** Minimum total of the calls of one sample. */
  readonly sample: number;
  /** Maximum total of all samples. */
  readonly total: number;
}

const minSamples = 3;

/** Median milliseconds of a call over benny's samples, at least three. Throws what the call throws. */
export async function sample(name: string, call: () => Promise<void>, patience: Patience): Promise<number> {
  // Imported lazily: it has many dependencies that other commands do not need.
  const { add, suite } = await import('benny');
  let failure: unknown;
  let last: Promise<unknown> = Promise.resolve();
  // benny calls it twice without awaiting to see what it returns, so a rejected promise would be unhandled.
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
        minSamples,
      }),
    ),
  );
  if (failure !== undefined) throw failure;
  return results[0]!.details.median * 1000;
}

/** benny writes to the console that a suite starts. */
async function silently<T>(run: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = () => {};
  try {
    return await run();
  } finally {
    console.log = log;
  }
}
