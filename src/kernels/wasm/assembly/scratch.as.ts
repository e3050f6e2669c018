// Scratch memory of the thread that runs: small buffers that stay in its caches from chunk to chunk. What a chunk
// leaves there is undefined for the next one. `LoweringContext.scratch` says how much the stages need.

/** Address of this thread's scratch memory, 64-byte aligned; the runner sets it before the first stage. */
export let scratch: usize = 0;

export function setScratch(address: usize): void {
  scratch = address;
}
