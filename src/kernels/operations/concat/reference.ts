// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { ConcatBackward, ConcatForward } from './nodes.ts';

export function forward(node: ConcatForward, memory: ReferenceMemory): void {
  const { y } = node.writes;
  const ys = memory.of(y);
  const pixels = ys.length / y.pitch;
  let channel = 0;
  for (const x of node.reads.xs) {
    const xs = memory.of(x);
    const channels = x.shape.at(-1)!;
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < channels; c++) ys[p * y.pitch + channel + c] = xs[p * x.pitch + c]!;
    }
    channel += channels;
  }
}

export function backward(node: ConcatBackward, memory: ReferenceMemory): void {
  const { dy } = node.reads;
  const { dx } = node.writes;
  const dys = memory.of(dy);
  const dxs = target(memory, dx, node.accumulate);
  const pixels = dxs.length / dx.pitch;
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < dx.shape.at(-1)!; c++)
      dxs[p * dx.pitch + c]! += dys[p * dy.pitch + node.channel + c]!;
  }
}
