// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { MixBackward, MixForward } from './types.ts';

export function forward(instruction: MixForward, memory: ReferenceMemory): void {
  const { mix, terms } = instruction.reads;
  const ys = target(memory, instruction.writes.y, false);
  for (const { column, x } of terms) {
    const coefficient = memory.of(mix)[instruction.row * mix.pitch + column]!;
    const xs = memory.of(x);
    for (let i = 0; i < ys.length; i++) ys[i]! += coefficient * xs[i]!;
  }
}

export function backward(instruction: MixBackward, memory: ReferenceMemory): void {
  const { mix, terms, dy } = instruction.reads;
  const { dxs, dmix } = instruction.writes;
  const dys = memory.of(dy);
  for (const [k, { column, x }] of terms.entries()) {
    const at = instruction.row * mix.pitch + column;
    const dx = dxs[k];
    if (dx) {
      const into = target(memory, dx, instruction.accumulate[k]!);
      const coefficient = memory.of(mix)[at]!;
      for (let i = 0; i < into.length; i++) into[i]! += coefficient * dys[i]!;
    }
    if (dmix) {
      const xs = memory.of(x);
      let sum = 0;
      for (let i = 0; i < dys.length; i++) sum += dys[i]! * xs[i]!;
      memory.of(dmix)[at]! += sum;
    }
  }
}
