// What a program's time went into, by kind of operation: measured milliseconds beside counted work.

import type { KindProfile, ProgramWork } from '../executor.ts';
import { type Instruction, tensorsIn } from '../plan.ts';

/** How messages and profiles name an instruction: its operation and pass. */
export function kindOf(instruction: Instruction): string {
  return instruction.pass === 'update' ? instruction.op : `${instruction.op} ${instruction.pass}`;
}

/** As `kindOf`, with the first tensor that it writes. */
export function nameOf(instruction: Instruction): string {
  for (const tensor of tensorsIn(instruction.writes)) return `${kindOf(instruction)} (${tensor.name})`;
  return kindOf(instruction);
}

/** A stage or dispatch of an instruction, which an executor times by itself. */
export interface CountedWork {
  readonly instruction: Instruction;
  readonly flops: number;
  readonly bytes: number;
}

/** All launches together. */
export function totalWork(work: readonly CountedWork[]): ProgramWork {
  const sum = (of: (launch: CountedWork) => number): number =>
    work.reduce((total, launch) => total + of(launch), 0);
  return { launches: work.length, flops: sum(({ flops }) => flops), bytes: sum(({ bytes }) => bytes) };
}

/** By kind, the slowest first. milliseconds: by launch. */
export function profileOf(
  work: readonly CountedWork[],
  milliseconds: ArrayLike<number>,
): readonly KindProfile[] {
  const kinds = new Map<string, KindProfile>();
  for (const [index, { instruction, flops, bytes }] of work.entries()) {
    const kind = kindOf(instruction);
    const known = kinds.get(kind);
    kinds.set(kind, {
      kind,
      milliseconds: (known?.milliseconds ?? 0) + milliseconds[index]!,
      launches: (known?.launches ?? 0) + 1,
      flops: (known?.flops ?? 0) + flops,
      bytes: (known?.bytes ?? 0) + bytes,
    });
  }
  return [...kinds.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
