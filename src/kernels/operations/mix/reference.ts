// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { MixBackward, MixForward } from './nodes.ts';

export function forward(node: MixForward, memory: ReferenceMemory): void {
  const { mix, terms } = node.reads;
  const ys = target(memory, node.writes.y, false);
  for (const { column, x } of terms) {
    const coefficient = memory.of(mix)[node.row * mix.pitch + column]!;
    const xs = memory.of(x);
    for (let i = 0; i < ys.length; i++) ys[i]! += coefficient * xs[i]!;
  }
}

export function backward(node: MixBackward, memory: ReferenceMemory): void {
  const { mix, terms, dy } = node.reads;
  const { dxs, dmix } = node.writes;
  const dys = memory.of(dy);
  for (const [k, { column, x }] of terms.entries()) {
    const at = node.row * mix.pitch + column;
    const dx = dxs[k];
    if (dx) {
      const into = target(memory, dx, node.accumulate[k]!);
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
