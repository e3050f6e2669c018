// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { Tensor } from '../../tensor.ts';
import { type BatchNormBackward, type BatchNormForward, epsilon } from './types.ts';

/** Writes mean and inverse deviation per channel, [2, C], of a block of `pixels` rows. */
export function measure(x: Tensor, xs: Float64Array, statistics: Tensor, into: Float64Array): void {
  const channels = x.shape.at(-1)!;
  const pixels = xs.length / x.pitch;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let p = 0; p < pixels; p++) sum += xs[p * x.pitch + c]!;
    const mean = sum / pixels;
    let squares = 0;
    for (let p = 0; p < pixels; p++) squares += (xs[p * x.pitch + c]! - mean) ** 2;
    into[c] = mean;
    into[statistics.pitch + c] = 1 / Math.sqrt(squares / pixels + epsilon);
  }
}

export function forward(instruction: BatchNormForward, memory: ReferenceMemory): void {
  const { x, gamma, beta } = instruction.reads;
  const { y, statistics } = instruction.writes;
  const [xs, ys, stats] = [memory.of(x), memory.of(y), memory.of(statistics)];
  measure(x, xs, statistics, stats);
  const gammas = gamma && memory.of(gamma);
  const betas = beta && memory.of(beta);
  const channels = x.shape.at(-1)!;
  for (let at = 0; at < xs.length; at += x.pitch) {
    for (let c = 0; c < channels; c++) {
      const xhat = (xs[at + c]! - stats[c]!) * stats[statistics.pitch + c]!;
      ys[at + c] = xhat * (gammas?.[c] ?? 1) + (betas?.[c] ?? 0);
    }
  }
}

export function backward(instruction: BatchNormBackward, memory: ReferenceMemory): void {
  const { x, gamma, statistics, dy } = instruction.reads;
  const { dx, dgamma, dbeta } = instruction.writes;
  const [xs, dys, stats] = [memory.of(x), memory.of(dy), memory.of(statistics)];
  const gammas = gamma && memory.of(gamma);
  const dxs = dx && target(memory, dx, instruction.accumulate);
  const pixels = xs.length / x.pitch;
  for (let c = 0; c < x.shape.at(-1)!; c++) {
    const [mean, inverse] = [stats[c]!, stats[statistics.pitch + c]!];
    const { sumDy, sumDyXhat } = gradientSums(xs, dys, x.pitch, c, mean, inverse);
    if (dgamma) memory.of(dgamma)[c] = sumDyXhat;
    if (dbeta) memory.of(dbeta)[c] = sumDy;
    if (!dxs) continue;
    const scale = (gammas?.[c] ?? 1) * inverse;
    for (let at = c; at < xs.length; at += x.pitch) {
      const xhat = (xs[at]! - mean) * inverse;
      dxs[at]! += scale * (dys[at]! - sumDy / pixels - (xhat * sumDyXhat) / pixels);
    }
  }
}

/** The sums over pixels of dy and of dy * xhat of a channel. */
export function gradientSums(
  xs: Float64Array,
  dys: Float64Array,
  pitch: number,
  channel: number,
  mean: number,
  inverse: number,
): { readonly sumDy: number; readonly sumDyXhat: number } {
  let [sumDy, sumDyXhat] = [0, 0];
  for (let at = channel; at < xs.length; at += pitch) {
    sumDy += dys[at]!;
    sumDyXhat += dys[at]! * (xs[at]! - mean) * inverse;
  }
  return { sumDy, sumDyXhat };
}
