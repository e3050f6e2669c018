// What an executor is: memory for a plan, and a way to run its programs.

import type { Tensor } from './tensor.ts';

export type Values = Float32Array | Float64Array;

export interface Executor {
  readonly name: string;
  /** What its arenas hold; checkpoints keep it. */
  readonly precision: 'float32' | 'float64';
  /** Dense values (no spare lanes) into a tensor that lives in an arena. */
  write(tensor: Tensor, values: ArrayLike<number>): void;
  /** Dense values of a tensor in an arena, or of a kept activation of the program that ran last. */
  read(tensor: Tensor): Promise<Values>;
  /** A copy of a whole arena, spare lanes included. */
  readArena(arena: string): Promise<Values>;
  writeArena(arena: string, values: Values): void;
  /** Runs a program to its end. */
  run(program: string): Promise<void>;
  /** Frees threads and devices; the executor is of no use afterwards. */
  close(): Promise<void>;
}
