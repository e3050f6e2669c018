// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { imageShape } from '../../tensor.ts';
import type { GlobalPoolBackward, GlobalPoolForward } from './types.ts';

export function forward(instruction: GlobalPoolForward, memory: ReferenceMemory): void {
  const { y } = instruction.writes;
  const ys = target(memory, y, false);
  let channel = 0;
  for (const x of instruction.reads.xs) {
    const { n, h, w, c: channels } = imageShape(x);
    const xs = memory.of(x);
    for (let image = 0; image < n; image++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let p = 0; p < h * w; p++) sum += xs[(image * h * w + p) * x.pitch + c]!;
        ys[image * y.pitch + channel + c] = sum / (h * w);
      }
    }
    channel += channels;
  }
}

export function backward(instruction: GlobalPoolBackward, memory: ReferenceMemory): void {
  const { dy } = instruction.reads;
  const { dx } = instruction.writes;
  const { n, h, w, c: channels } = imageShape(dx);
  const dys = memory.of(dy);
  const dxs = target(memory, dx, instruction.accumulate);
  for (let image = 0; image < n; image++) {
    for (let p = 0; p < h * w; p++) {
      for (let c = 0; c < channels; c++) {
        dxs[(image * h * w + p) * dx.pitch + c]! +=
          dys[image * dy.pitch + instruction.channel + c]! / (h * w);
      }
    }
  }
}
