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
  /** Of thread 0; each thread's lies 16 words further. */
  progress: 96,
} as const;

export const mostThreads = 64;

/** Bytes of the control block. */
export const controlBytes = (word.progress + 16 * mostThreads) * 4;

/** 32-bit words of a stage's record: index in the table, address of the arguments, chunks, unused. */
export const recordWords = 4;

/** What `runProgram` returns besides the stage at whose barrier thread 0 still stands. */
export const finished = -1;
