// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { scaleOf, type SlownessBackward, type SlownessForward } from './types.ts';

export function forward({ reads, writes, weight }: SlownessForward, memory: ReferenceMemory): void {
  const xs = reads.xs.map((x) => memory.of(x));
  let sum = 0;
  for (let t = 1; t < xs.length; t++) {
    for (let i = 0; i < xs[t]!.length; i++) sum += (xs[t]![i]! - xs[t - 1]![i]!) ** 2;
  }
  target(memory, writes.loss, false)[0] = scaleOf(reads.xs, weight) * sum;
}

export function backward(instruction: SlownessBackward, memory: ReferenceMemory): void {
  const xs = instruction.reads.xs.map((x) => memory.of(x));
  const scale = 2 * scaleOf(instruction.reads.xs, instruction.weight);
  for (const [t, dx] of instruction.writes.dxs.entries()) {
    if (!dx) continue;
    const dxs = target(memory, dx, instruction.accumulate[t]!);
    for (let i = 0; i < dxs.length; i++) {
      if (t > 0) dxs[i]! += scale * (xs[t]![i]! - xs[t - 1]![i]!);
      if (t + 1 < xs.length) dxs[i]! += scale * (xs[t]![i]! - xs[t + 1]![i]!);
    }
  }
}
