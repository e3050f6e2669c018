// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { LinearBackward, LinearForward } from './nodes.ts';

export function forward(node: LinearForward, memory: ReferenceMemory): void {
  const { x, weight, bias } = node.reads;
  const { y } = node.writes;
  const [xs, ws, bs, ys] = [memory.of(x), memory.of(weight), memory.of(bias), memory.of(y)];
  const [inputs, outputs] = [weight.shape[0]!, weight.shape[1]!];
  for (let n = 0; n < x.shape[0]!; n++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bs[o]!;
      for (let c = 0; c < inputs; c++) sum += xs[n * x.pitch + c]! * ws[c * weight.pitch + o]!;
      ys[n * y.pitch + o] = sum;
    }
  }
}

export function backward(node: LinearBackward, memory: ReferenceMemory): void {
  const { x, weight, dy } = node.reads;
  const { dx, dweight, dbias } = node.writes;
  const [xs, ws, dys] = [memory.of(x), memory.of(weight), memory.of(dy)];
  const dxs = dx && target(memory, dx, node.accumulate);
  const dws = dweight && target(memory, dweight, false);
  const dbs = dbias && target(memory, dbias, false);
  for (let n = 0; n < x.shape[0]!; n++) {
    for (let o = 0; o < weight.shape[1]!; o++) {
      const gradient = dys[n * dy.pitch + o]!;
      if (dbs) dbs[o]! += gradient;
      for (let c = 0; c < weight.shape[0]!; c++) {
        if (dxs) dxs[n * x.pitch + c]! += gradient * ws[c * weight.pitch + o]!;
        if (dws) dws[c * weight.pitch + o]! += gradient * xs[n * x.pitch + c]!;
      }
    }
  }
}
