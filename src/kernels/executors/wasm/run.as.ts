// Runs a program: a flat list of stages, by all threads at once, with a barrier after every stage. Chunks are
// claimed from a shared counter. Each thread has an instance of this module; they share the memory alone.

import { setScratch } from '../../wasm/assembly/scratch.as.ts';

/** Imported: milliseconds on a steady clock. */
declare function now(): f64;

// The control block, byte offsets. Words that different threads write have cache lines of their own.
// control.ts has the same numbers.
const COMMAND: usize = 0; // Counts the runs started; below it what to run:
const STAGES: usize = 4;
const COUNT: usize = 8;
const BASE: usize = 12;
const SCRATCH: usize = 16; // Scratch memory of thread 0, and from one thread's to the next.
const SCRATCH_BYTES: usize = 20;
const CLAIMS: usize = 64; // The next chunk to be taken.
const ARRIVED: usize = 128; // Threads that wait at the barrier.
const GENERATION: usize = 192; // Barriers passed, ever; it may wrap around.
const SLEEPERS: usize = 256; // Threads asleep on GENERATION.
const FAILURE: usize = 320; // 1 once a thread has failed: all threads leave.
const PROGRESS: usize = 384; // By thread, a cache line each: the stage it is in.

/** 16 bytes a stage: index in the table, arguments, chunks, unused. */
const RECORD: usize = 16;

const FINISHED: i32 = -1;
const FAILED: i32 = -2;

/** About 100 microseconds: longer than most differences between threads, far shorter than a time slice. */
const SPINS: i32 = 20000;

/**
 * Waits until `generation` barriers are passed. `patience`: nanoseconds asleep before giving up (negative: never);
 * 0 does not sleep at all, for the main thread of a page, which must not block. Returns whether it was passed.
 */
function awaitGeneration(control: usize, generation: i32, patience: i64): bool {
  const word = control + GENERATION;
  for (let spin = patience == 0 ? -1_000_000 : 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(word) == generation) return true;
  }
  if (patience == 0) return false;
  atomic.add<i32>(control + SLEEPERS, 1);
  let passed = true;
  while (atomic.load<i32>(word) != generation && atomic.load<i32>(control + FAILURE) == 0) {
    if (atomic.wait<i32>(word, generation - 1, patience) == AtomicWaitResult.TIMED_OUT) {
      passed = false;
      break;
    }
  }
  atomic.sub<i32>(control + SLEEPERS, 1);
  return passed && atomic.load<i32>(word) == generation;
}

/**
 * Runs the program in the control block from stage `from`. Thread 0 stops waiting after `patience` and returns the stage
 * whose barrier it has reached; called again with that stage and `arrived` it continues to wait. Otherwise returns
 * FINISHED or FAILED. times: 0, or an f64 for each stage, to which thread 0 adds milliseconds.
 */
export function runProgram(
  control: usize,
  thread: i32,
  threads: i32,
  times: usize,
  patience: i64,
  from: i32,
  arrived: bool,
): i32 {
  const stages = load<usize>(control + STAGES);
  const count = load<i32>(control + COUNT);
  const base = load<i32>(control + BASE);
  const progress = control + PROGRESS + ((<usize>thread) << 6);
  setScratch(load<usize>(control + SCRATCH) + <usize>thread * load<usize>(control + SCRATCH_BYTES));
  let before: f64 = times != 0 ? now() : 0;
  for (let stage = from; stage < count; stage++) {
    if (!arrived) {
      const record = stages + <usize>stage * RECORD;
      const kernel = load<u32>(record);
      const args = load<usize>(record, 4);
      const chunks = load<i32>(record, 8);
      store<i32>(progress, stage);
      if (threads == 1) {
        for (let chunk = 0; chunk < chunks; chunk++) call_indirect<void>(kernel, args, chunk);
      } else {
        let chunk = atomic.add<i32>(control + CLAIMS, 1);
        while (chunk < chunks) {
          call_indirect<void>(kernel, args, chunk);
          chunk = atomic.add<i32>(control + CLAIMS, 1);
        }
      }
    }
    if (threads > 1) {
      const generation = base + stage + 1;
      if (!arrived && atomic.add<i32>(control + ARRIVED, 1) == threads - 1) {
        atomic.store<i32>(control + ARRIVED, 0);
        atomic.store<i32>(control + CLAIMS, 0);
        atomic.store<i32>(control + GENERATION, generation);
        if (atomic.load<i32>(control + SLEEPERS) != 0) atomic.notify(control + GENERATION, -1);
      } else if (!awaitGeneration(control, generation, patience)) {
        return atomic.load<i32>(control + FAILURE) != 0 ? FAILED : stage;
      }
    }
    arrived = false;
    if (times != 0) {
      const after = now();
      const entry = times + ((<usize>stage) << 3);
      store<f64>(entry, load<f64>(entry) + (after - before));
      before = after;
    }
  }
  return FINISHED;
}

/** A worker's loop: waits for a command and takes part in it. Returns after a failure. */
export function workerLoop(control: usize, thread: i32, threads: i32): void {
  let seen = 0;
  while (true) {
    let spin = 0;
    while (atomic.load<i32>(control + COMMAND) == seen) {
      if (atomic.load<i32>(control + FAILURE) != 0) return;
      if (++spin > SPINS) atomic.wait<i32>(control + COMMAND, seen, -1);
    }
    seen = atomic.load<i32>(control + COMMAND);
    if (atomic.load<i32>(control + FAILURE) != 0) return;
    if (runProgram(control, thread, threads, 0, -1, 0, false) != FINISHED) return;
  }
}

/** The first address that the module's own constants leave free. */
export function heapBase(): usize {
  return __heap_base;
}
