// The words that threads share, at the start of the memory: see assembly/run.as.ts, which has the same numbers.

/** Indices of 32-bit words from the control block's address. */
export const word = {
  command: 0,
  stages: 1,
  count: 2,
  base: 3,
  scratch: 4,
  scratchBytes: 5,
  generation: 48,
  failure: 80,
  /** Of thread 0; see `progressOf`. */
  progress: 96,
} as const;

/** The word that says which stage a thread is in: each has a cache line of its own. */
export function progressOf(thread: number): number {
  return word.progress + 16 * thread;
}

export const maxThreads = 64;

/** Bytes of the control block. */
export const controlBytes = progressOf(maxThreads) * 4;

/** 32-bit words of a stage's record: index in the table, address of the arguments, chunks, unused. */
export const recordWords = 4;

/** What `runProgram` returns at the end of a program; before it, the stage whose barrier thread 0 waits at. */
export const finished = -1;
