// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { epsilon } from '../batch-norm/nodes.ts';
import type { RunningNormBackward, RunningNormForward } from './nodes.ts';

export function forward(node: RunningNormForward, memory: ReferenceMemory): void {
  const { x, gamma, beta, mean, variance } = node.reads;
  const { y, statistics } = node.writes;
  const [xs, ys, stats] = [memory.of(x), memory.of(y), memory.of(statistics)];
  const [gammas, betas] = [memory.of(gamma), memory.of(beta)];
  for (let c = 0; c < x.shape.at(-1)!; c++) {
    const inverse = 1 / Math.sqrt(memory.of(variance)[c]! + epsilon);
    const center = memory.of(mean)[c]!;
    stats[c] = center;
    stats[statistics.pitch + c] = inverse;
    for (let at = c; at < xs.length; at += x.pitch)
      ys[at] = (xs[at]! - center) * inverse * gammas[c]! + betas[c]!;
  }
}

export function backward(node: RunningNormBackward, memory: ReferenceMemory): void {
  const { x, gamma, statistics, dy } = node.reads;
  const { dx, dgamma, dbeta } = node.writes;
  const [xs, dys, stats, gammas] = [x, dy, statistics, gamma].map((tensor) => memory.of(tensor)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const dxs = dx && target(memory, dx, node.accumulate);
  for (let c = 0; c < x.shape.at(-1)!; c++) {
    const [mean, inverse] = [stats[c]!, stats[statistics.pitch + c]!];
    let total = 0;
    let dots = 0;
    for (let at = c; at < xs.length; at += x.pitch) {
      total += dys[at]!;
      dots += dys[at]! * (xs[at]! - mean) * inverse;
      if (dxs) dxs[at]! += gammas[c]! * inverse * dys[at]!;
    }
    if (dgamma) memory.of(dgamma)[c] = dots;
    if (dbeta) memory.of(dbeta)[c] = total;
  }
}
