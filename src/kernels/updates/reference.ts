// Plain float64 loops.
import type { ReferenceMemory } from '../reference/memory.ts';
import { count } from '../tensor.ts';
import { epsilon } from '../operations/batch-norm/nodes.ts';
import type { Adam, Axpy, Copy, Fill, Norm, Quotient, RecordScalars, Sgd, TrackStatistics } from './nodes.ts';

export function sgd(node: Sgd, memory: ReferenceMemory): void {
  const { gradient, rate, norm } = node.reads;
  const [gs, ws, ms] = [gradient, node.writes.weights, node.writes.velocity].map((v) => memory.all(v)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const step = memory.of(rate)[0]!;
  const clip = norm && node.clip !== undefined ? Math.min(1, node.clip / (memory.of(norm)[0]! + 1e-6)) : 1;
  for (let i = 0; i < ws.length; i++) {
    const g = gs[i]! * clip + node.weightDecay * ws[i]!;
    ms[i] = node.momentum * ms[i]! + g;
    ws[i]! -= step * ms[i]!;
  }
}

export function adam(node: Adam, memory: ReferenceMemory): void {
  const { gradient, rate, corrections } = node.reads;
  const gs = memory.all(gradient);
  const ws = memory.all(node.writes.weights);
  const first = memory.all(node.writes.first);
  const second = memory.all(node.writes.second);
  const step = memory.of(rate)[0]!;
  const [c1, c2] = [memory.of(corrections)[0]!, memory.of(corrections)[1]!];
  const [b1, b2] = node.betas;
  for (let i = 0; i < ws.length; i++) {
    const g = gs[i]! + node.weightDecay * ws[i]!;
    first[i] = b1 * first[i]! + (1 - b1) * g;
    second[i] = b2 * second[i]! + (1 - b2) * g * g;
    ws[i]! -= ((step / c1) * first[i]!) / (Math.sqrt(second[i]!) / Math.sqrt(c2) + node.epsilon);
  }
}

export function axpy(node: Axpy, memory: ReferenceMemory): void {
  const [base, xs, out] = [
    memory.all(node.reads.base),
    memory.all(node.reads.x),
    memory.all(node.writes.out),
  ];
  const a = node.factor * (node.reads.scale ? memory.of(node.reads.scale)[0]! : 1);
  for (let i = 0; i < out.length; i++) out[i] = base[i]! + a * xs[i]!;
}

export function norm(node: Norm, memory: ReferenceMemory): void {
  let sum = 0;
  for (const x of memory.all(node.reads.x)) sum += x * x;
  memory.of(node.writes.out)[0] = Math.sqrt(sum);
}

export function copy(node: Copy, memory: ReferenceMemory): void {
  memory.all(node.writes.to).set(memory.all(node.reads.from));
}

export function quotient(node: Quotient, memory: ReferenceMemory): void {
  const numerator = node.reads.numerator ? memory.of(node.reads.numerator)[0]! : 1;
  const denominator = memory.of(node.reads.denominator)[0]!;
  memory.of(node.writes.out)[0] = denominator === 0 ? 0 : (node.factor * numerator) / denominator;
}

export function fill(node: Fill, memory: ReferenceMemory): void {
  const { y } = node.writes;
  const ys = memory.of(y);
  const width = y.shape.at(-1)!;
  for (let row = 0; row < count(y.shape) / width; row++) {
    ys.fill(node.value, row * y.pitch, row * y.pitch + width);
  }
}

export function record(node: RecordScalars, memory: ReferenceMemory): void {
  const { ring } = node.writes;
  const row = memory.of(node.reads.slot)[0]!;
  for (const [i, value] of node.reads.values.entries()) {
    memory.of(ring)[row * ring.pitch + i] = memory.of(value)[0]!;
  }
}

export function track(node: TrackStatistics, memory: ReferenceMemory): void {
  const { statistics } = node.reads;
  const { mean, variance } = node.writes;
  const [stats, means, variances] = [memory.of(statistics), memory.of(mean), memory.of(variance)];
  const { momentum, pixels } = node;
  for (let c = 0; c < mean.shape[0]!; c++) {
    const biased = Math.max(0, stats[statistics.pitch + c]! ** -2 - epsilon);
    const unbiased = (biased * pixels) / Math.max(1, pixels - 1);
    means[c] = (1 - momentum) * means[c]! + momentum * stats[c]!;
    variances[c] = (1 - momentum) * variances[c]! + momentum * unbiased;
  }
}
