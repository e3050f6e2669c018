// Plain float64 loops.
import type { Fill } from '../plan.ts';
import type { ReferenceMemory } from '../reference/memory.ts';
import { count } from '../tensor.ts';
import { epsilon } from '../operations/batch-norm/types.ts';
import type { Adam, Axpy, Copy, Norm, Quotient, RecordScalars, Sgd, TrackStatistics } from './types.ts';

export function sgd(instruction: Sgd, memory: ReferenceMemory): void {
  const { gradient, rate, norm } = instruction.reads;
  const [gs, ws, ms] = [gradient, instruction.writes.weights, instruction.writes.velocity].map((v) =>
    memory.all(v),
  ) as [Float64Array, Float64Array, Float64Array];
  const step = memory.of(rate)[0]!;
  const clip =
    norm && instruction.clip !== undefined ? Math.min(1, instruction.clip / (memory.of(norm)[0]! + 1e-6)) : 1;
  for (let i = 0; i < ws.length; i++) {
    const g = gs[i]! * clip + instruction.weightDecay * ws[i]!;
    ms[i] = instruction.momentum * ms[i]! + g;
    ws[i]! -= step * ms[i]!;
  }
}

export function adam(instruction: Adam, memory: ReferenceMemory): void {
  const { gradient, rate, corrections } = instruction.reads;
  const gs = memory.all(gradient);
  const ws = memory.all(instruction.writes.weights);
  const first = memory.all(instruction.writes.first);
  const second = memory.all(instruction.writes.second);
  const step = memory.of(rate)[0]!;
  const [c1, c2] = [memory.of(corrections)[0]!, memory.of(corrections)[1]!];
  const [b1, b2] = instruction.betas;
  for (let i = 0; i < ws.length; i++) {
    const g = gs[i]! + instruction.weightDecay * ws[i]!;
    first[i] = b1 * first[i]! + (1 - b1) * g;
    second[i] = b2 * second[i]! + (1 - b2) * g * g;
    ws[i]! -= ((step / c1) * first[i]!) / (Math.sqrt(second[i]!) / Math.sqrt(c2) + instruction.epsilon);
  }
}

export function axpy(instruction: Axpy, memory: ReferenceMemory): void {
  const [base, xs, out] = [
    memory.all(instruction.reads.base),
    memory.all(instruction.reads.x),
    memory.all(instruction.writes.out),
  ];
  const a = instruction.factor * (instruction.reads.scale ? memory.of(instruction.reads.scale)[0]! : 1);
  for (let i = 0; i < out.length; i++) out[i] = base[i]! + a * xs[i]!;
}

export function norm(instruction: Norm, memory: ReferenceMemory): void {
  let sum = 0;
  for (const x of memory.all(instruction.reads.x)) sum += x * x;
  memory.of(instruction.writes.out)[0] = Math.sqrt(sum);
}

export function copy(instruction: Copy, memory: ReferenceMemory): void {
  memory.all(instruction.writes.to).set(memory.all(instruction.reads.from));
}

export function quotient(instruction: Quotient, memory: ReferenceMemory): void {
  const numerator = instruction.reads.numerator ? memory.of(instruction.reads.numerator)[0]! : 1;
  const denominator = memory.of(instruction.reads.denominator)[0]!;
  memory.of(instruction.writes.out)[0] =
    denominator === 0 ? 0 : (instruction.factor * numerator) / denominator;
}

export function fill(instruction: Fill, memory: ReferenceMemory): void {
  const { y } = instruction.writes;
  const ys = memory.of(y);
  const width = y.shape.at(-1)!;
  for (let row = 0; row < count(y.shape) / width; row++) {
    ys.fill(instruction.value, row * y.pitch, row * y.pitch + width);
  }
}

export function record(instruction: RecordScalars, memory: ReferenceMemory): void {
  const { ring } = instruction.writes;
  const row = memory.of(instruction.reads.slot)[0]!;
  for (const [i, value] of instruction.reads.values.entries()) {
    memory.of(ring)[row * ring.pitch + i] = memory.of(value)[0]!;
  }
}

export function track(instruction: TrackStatistics, memory: ReferenceMemory): void {
  const { statistics } = instruction.reads;
  const { mean, variance } = instruction.writes;
  const [stats, means, variances] = [memory.of(statistics), memory.of(mean), memory.of(variance)];
  const { momentum, pixels } = instruction;
  for (let c = 0; c < mean.shape[0]!; c++) {
    const biased = Math.max(0, stats[statistics.pitch + c]! ** -2 - epsilon);
    const unbiased = (biased * pixels) / Math.max(1, pixels - 1);
    means[c] = (1 - momentum) * means[c]! + momentum * stats[c]!;
    variances[c] = (1 - momentum) * variances[c]! + momentum * unbiased;
  }
}
