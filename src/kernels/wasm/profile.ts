// What a program's time went into, by kind of operation: measured milliseconds beside counted work.

import { kindOf, type LoweredStage } from './lower.ts';

export interface KindProfile {
  /** An operation and its pass: `fan forward`, `sgd`. */
  readonly kind: string;
  /** Wall-clock, barriers included. */
  readonly milliseconds: number;
  readonly stages: number;
  /** Counted, not measured: floating-point operations, and bytes loaded and stored by the kernels' own design. */
  readonly flops: number;
  readonly bytes: number;
}

/** By kind, the slowest first. milliseconds: by stage. */
export function profileOf(
  stages: readonly LoweredStage[],
  milliseconds: ArrayLike<number>,
): readonly KindProfile[] {
  const kinds = new Map<string, KindProfile>();
  for (const [index, { node, flops = 0, bytes = 0 }] of stages.entries()) {
    const kind = kindOf(node);
    const known = kinds.get(kind);
    kinds.set(kind, {
      kind,
      milliseconds: (known?.milliseconds ?? 0) + milliseconds[index]!,
      stages: (known?.stages ?? 0) + 1,
      flops: (known?.flops ?? 0) + flops,
      bytes: (known?.bytes ?? 0) + bytes,
    });
  }
  return [...kinds.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
