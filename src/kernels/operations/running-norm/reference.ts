// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { epsilon } from '../batch-norm/types.ts';
import type { RunningNormBackward, RunningNormForward } from './types.ts';
import { gradientSums } from '../batch-norm/reference.ts';

export function forward(instruction: RunningNormForward, memory: ReferenceMemory): void {
  const { x, gamma, beta, mean, variance } = instruction.reads;
  const { y, statistics } = instruction.writes;
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

export function backward(instruction: RunningNormBackward, memory: ReferenceMemory): void {
  const { x, gamma, statistics, dy } = instruction.reads;
  const { dx, dgamma, dbeta } = instruction.writes;
  const [xs, dys, stats, gammas] = [x, dy, statistics, gamma].map((tensor) => memory.of(tensor)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const dxs = dx && target(memory, dx, instruction.accumulate);
  for (let c = 0; c < x.shape.at(-1)!; c++) {
    const [mean, inverse] = [stats[c]!, stats[statistics.pitch + c]!];
    const { sumDy, sumDyXhat } = gradientSums(xs, dys, x.pitch, c, mean, inverse);
    if (dxs) for (let at = c; at < xs.length; at += x.pitch) dxs[at]! += gammas[c]! * inverse * dys[at]!;
    if (dgamma) memory.of(dgamma)[c] = sumDyXhat;
    if (dbeta) memory.of(dbeta)[c] = sumDy;
  }
}
