// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { SelectBackward, SelectForward } from './types.ts';

export function forward(instruction: SelectForward, memory: ReferenceMemory): void {
  const { y } = instruction.writes;
  const ys = memory.of(y);
  const places = instruction.reads.xs.flatMap((x) =>
    Array.from({ length: x.shape.at(-1)! }, (_, c) => ({ x, c })),
  );
  for (const [to, channel] of instruction.channels.entries()) {
    const { x, c } = places[channel]!;
    const xs = memory.of(x);
    for (let p = 0; p < ys.length / y.pitch; p++) ys[p * y.pitch + to] = xs[p * x.pitch + c]!;
  }
}

export function backward(instruction: SelectBackward, memory: ReferenceMemory): void {
  const { dy } = instruction.reads;
  const { dx } = instruction.writes;
  const dys = memory.of(dy);
  const dxs = target(memory, dx, instruction.accumulate);
  for (const [c, from] of instruction.channels.entries()) {
    if (from < 0) continue;
    for (let p = 0; p < dxs.length / dx.pitch; p++) dxs[p * dx.pitch + c]! += dys[p * dy.pitch + from]!;
  }
}
