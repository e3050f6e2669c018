// What an executor is: memory for a plan, and a way to run its programs.

import type { Plan } from './plan.ts';
import type { Tensor } from './tensor.ts';

export type Values = Float32Array | Float64Array;

/** Time and counted work of all instructions of one operation and pass. */
export interface KindProfile {
  /** `fan forward`, `sgd`. */
  readonly kind: string;
  /** Wall-clock on the processor, the device's own clock on a GPU. */
  readonly milliseconds: number;
  /** Stages or dispatches. */
  readonly launches: number;
  /** Counted, not measured: floating-point operations, and bytes loaded and stored by the kernels' own design. */
  readonly flops: number;
  readonly bytes: number;
}

/** Counted, not measured: what a program's kernels compute, load and store, by their own design. */
export interface ProgramWork {
  /** Stages or dispatches. */
  readonly launches: number;
  /** Floating-point operations. */
  readonly flops: number;
  readonly bytes: number;
}

/** What a program costs the host and the device. */
export interface DeviceCost {
  /** Calls of kernels. */
  readonly dispatches: number;
  /** Milliseconds that the host took to encode and submit the program the last time. */
  readonly hostMs: number;
  /** Counted, not measured: bytes that the program's kernels load and store. */
  readonly modelledBytes: number;
  /** Bytes of device memory, for all programs. */
  readonly deviceBytes: number;
}

export interface Executor {
  readonly name: string;
  /** The GPU, as its driver names it. */
  readonly adapter?: string;
  /** What its arenas hold; checkpoints keep it. */
  readonly precision: 'float32' | 'float64';
  /** Threads of the processor that compute. */
  readonly threads: number;
  /** Dense values (no spare lanes) into a tensor of an arena, or an activation of the program that ran last. */
  write(tensor: Tensor, values: ArrayLike<number>): void;
  /** Dense values of a tensor in an arena, or of a kept activation of the program that ran last. */
  read(tensor: Tensor): Promise<Values>;
  /** A copy of a whole arena, spare lanes included. */
  readArena(arena: string): Promise<Values>;
  writeArena(arena: string, values: Values): void;
  /** Runs a program to its end; a device beside the host may still compute: whatever reads then waits. */
  run(program: string): Promise<void>;
  /** Resolves once a device has computed all that was run. Absent: it has when `run` resolves. */
  finished?(): Promise<void>;
  /** What a program's kernels do. Absent: the executor does not count. */
  work?(program: string): ProgramWork;
  /** Takes the programs of another plan over the same arenas, which keep what they hold. */
  reprogram(plan: Plan): void | Promise<void>;
  /** Runs a program once and says what its time went into, the slowest kind of operation first. */
  readonly profile?: ((program: string) => Promise<readonly KindProfile[]>) | undefined;
  /** What a program costs, where there is a device beside the host. */
  deviceCost?(program: string): DeviceCost;
  /** Frees threads and devices; the executor is of no use afterwards. */
  close(): Promise<void>;
}
