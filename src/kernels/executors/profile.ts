// What a program's time went into, by kind of operation: measured milliseconds beside counted work.

import type { KindProfile, ProgramWork } from '../executor.ts';
import { type Instruction, tensorsIn } from '../plan.ts';

/** How messages and profiles name a node: its operation and pass. */
export function kindOf(instruction: Instruction): string {
  return instruction.pass === 'update' ? instruction.op : `${instruction.op} ${instruction.pass}`;
}

/** As `kindOf`, with the first tensor that it writes. */
export function nameOf(instruction: Instruction): string {
  for (const tensor of tensorsIn(instruction.writes)) return `${kindOf(instruction)} (${tensor.name})`;
  return kindOf(instruction);
}

/** A piece of a node's work that an executor times by itself. */
export interface CountedWork {
  readonly instruction: Instruction;
  readonly flops: number;
  readonly bytes: number;
}

/** All pieces together. */
export function totalWork(work: readonly CountedWork[]): ProgramWork {
  const sum = (of: (piece: CountedWork) => number): number =>
    work.reduce((total, piece) => total + of(piece), 0);
  return { pieces: work.length, flops: sum(({ flops }) => flops), bytes: sum(({ bytes }) => bytes) };
}

/** By kind, the slowest first. milliseconds: by piece of work. */
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
      pieces: (known?.pieces ?? 0) + 1,
      flops: (known?.flops ?? 0) + flops,
      bytes: (known?.bytes ?? 0) + bytes,
    });
  }
  return [...kinds.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
