// Plain float64 loops, over spare lanes too, which hold zeros.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { lanesOf, type LinearBackward, type LinearForward } from './types.ts';

export function forward({ reads, writes, transposed }: LinearForward, memory: ReferenceMemory): void {
  const { xs, weight, bias } = reads;
  const weights = memory.of(weight);
  const width = lanesOf(weight);
  for (const [k, x] of xs.entries()) {
    const y = writes.ys[k]!;
    const [values, results] = [memory.of(x), target(memory, y, false)];
    for (let n = 0; n < x.shape[0]!; n++) {
      const [from, to] = [n * x.pitch, n * lanesOf(y)];
      if (bias) results.set(memory.of(bias), to);
      for (let i = 0; i < weight.shape[0]!; i++) {
        for (let j = 0; j < width; j++) {
          const value = weights[i * width + j]!;
          if (transposed) results[to + i]! += values[from + j]! * value;
          else results[to + j]! += values[from + i]! * value;
        }
      }
    }
  }
}

export function backward(instruction: LinearBackward, memory: ReferenceMemory): void {
  const { reads, writes, transposed, accumulate } = instruction;
  const { xs, weight, dys } = reads;
  const weights = memory.of(weight);
  const width = lanesOf(weight);
  const dweights = writes.dweight && target(memory, writes.dweight, instruction.accumulateWeight);
  const dbiases = writes.dbias && target(memory, writes.dbias, instruction.accumulateBias);
  for (const [k, x] of xs.entries()) {
    const [values, gradients] = [memory.of(x), memory.of(dys[k]!)];
    const dx = writes.dxs[k];
    const dxs = dx && target(memory, dx, accumulate[k]!);
    const wide = lanesOf(dys[k]!);
    for (let n = 0; n < x.shape[0]!; n++) {
      const [from, to] = [n * x.pitch, n * wide];
      if (dbiases) for (let o = 0; o < wide; o++) dbiases[o]! += gradients[to + o]!;
      for (let i = 0; i < weight.shape[0]!; i++) {
        for (let j = 0; j < width; j++) {
          const [input, output] = transposed ? [from + j, to + i] : [from + i, to + j];
          if (dxs) dxs[input]! += gradients[output]! * weights[i * width + j]!;
          if (dweights) dweights[i * width + j]! += gradients[output]! * values[input]!;
        }
      }
    }
  }
}
