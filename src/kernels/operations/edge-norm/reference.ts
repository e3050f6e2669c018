// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { EdgeNormBackward, EdgeNormForward } from './types.ts';

export function forward(instruction: EdgeNormForward, memory: ReferenceMemory): void {
  const { mix, beta } = instruction.reads;
  const [mixes, betas] = [memory.of(mix), memory.of(beta)];
  const [ys, shares] = [memory.of(instruction.writes.y), memory.of(instruction.writes.shares)];
  let first = 0;
  for (const count of instruction.edges) {
    const rows = Array.from({ length: count }, (_, i) => first + i);
    const peak = Math.max(...rows.map((e) => betas[e * beta.pitch]!));
    const powers = rows.map((e) => Math.exp(betas[e * beta.pitch]! - peak));
    const sum = powers.reduce((total, power) => total + power, 0);
    for (const [i, e] of rows.entries()) {
      shares[e] = powers[i]! / sum;
      for (let k = 0; k < mix.shape[1]!; k++) ys[e * mix.pitch + k] = shares[e] * mixes[e * mix.pitch + k]!;
    }
    first += count;
  }
}

export function backward(instruction: EdgeNormBackward, memory: ReferenceMemory): void {
  const { mix } = instruction.reads;
  const [mixes, shares] = [memory.of(mix), memory.of(instruction.reads.shares)];
  const [dys, dshares] = [memory.of(instruction.reads.dy), memory.of(instruction.reads.dshares)];
  const { dmix, dbeta } = instruction.writes;
  const dmixes = dmix && target(memory, dmix, instruction.accumulate[0]);
  const dbetas = dbeta && target(memory, dbeta, instruction.accumulate[1]);
  let first = 0;
  for (const count of instruction.edges) {
    const rows = Array.from({ length: count }, (_, i) => first + i);
    const gradients = rows.map((e) => {
      let sum = dshares[e]!;
      for (let k = 0; k < mix.shape[1]!; k++) {
        const at = e * mix.pitch + k;
        sum += mixes[at]! * dys[at]!;
        if (dmixes) dmixes[at]! += shares[e]! * dys[at]!;
      }
      return sum;
    });
    const mean = rows.reduce((sum, e, i) => sum + shares[e]! * gradients[i]!, 0);
    first += count;
    if (!dbetas) continue;
    for (const [i, e] of rows.entries()) dbetas[e * dbeta.pitch]! += shares[e]! * (gradients[i]! - mean);
  }
}
