// Updates on wasm: elementwise over arenas; scalars in one chunk.
import type { Fill } from '../../plan.ts';
import { count } from '../../tensor.ts';
import {
  addressOf,
  elementChunks,
  elementsPerChunk,
  float64,
  type StageContext,
  type Stage,
} from '../../wasm/stage.ts';
import { epsilon } from '../../operations/batch-norm/types.ts';
import type { Adam, Axpy, Copy, Norm, Quotient, RecordScalars, Sgd, TrackStatistics } from '../types.ts';

export function sgd(instruction: Sgd, context: StageContext): Stage[] {
  const { gradient, rate, norm } = instruction.reads;
  const { weights, velocity } = instruction.writes;
  const { address, elements } = context.vector(weights);
  const clipped = instruction.clip === undefined ? undefined : norm;
  const args = [
    context.vector(gradient).address,
    address,
    context.vector(velocity).address,
    elements,
    context.address(rate),
    addressOf(clipped, context),
    { f32: instruction.momentum },
    { f32: instruction.weightDecay },
    { f32: instruction.clip ?? 0 },
  ];
  return [
    { kernel: 'sgd', args, chunks: elementChunks(elements), flops: 7 * elements, bytes: 20 * elements },
  ];
}

export function adam(instruction: Adam, context: StageContext): Stage[] {
  const { gradient, rate, corrections } = instruction.reads;
  const { weights, first, second } = instruction.writes;
  const { address, elements } = context.vector(weights);
  const [b1, b2] = instruction.betas;
  const args = [
    context.vector(gradient).address,
    address,
    context.vector(first).address,
    context.vector(second).address,
    elements,
    context.address(rate),
    context.address(corrections),
    { f32: b1 },
    { f32: 1 - b1 },
    { f32: b2 },
    { f32: 1 - b2 },
    { f32: instruction.epsilon },
    { f32: instruction.weightDecay },
  ];
  return [
    { kernel: 'adam', args, chunks: elementChunks(elements), flops: 14 * elements, bytes: 28 * elements },
  ];
}

export function axpy(instruction: Axpy, context: StageContext): Stage[] {
  const { base, x, scale } = instruction.reads;
  const { address, elements } = context.vector(instruction.writes.out);
  const sources = [context.vector(base).address, context.vector(x).address];
  const args = [...sources, address, elements, addressOf(scale, context), { f32: instruction.factor }];
  return [
    { kernel: 'axpy', args, chunks: elementChunks(elements), flops: 2 * elements, bytes: 12 * elements },
  ];
}

export function norm(instruction: Norm, context: StageContext): Stage[] {
  const { address, elements } = context.vector(instruction.reads.x);
  const chunks = elementChunks(elements);
  const partials = context.workspace(chunks * 8);
  return [
    {
      kernel: 'normPartials',
      args: [address, elements, partials],
      chunks,
      flops: 2 * elements,
      bytes: 4 * elements,
    },
    { kernel: 'normTotal', args: [partials, chunks, context.address(instruction.writes.out)], chunks: 1 },
  ];
}

export function copy(instruction: Copy, context: StageContext): Stage[] {
  const { address, elements } = context.vector(instruction.writes.to);
  const args = [context.vector(instruction.reads.from).address, address, elements];
  return [{ kernel: 'copy', args, chunks: elementChunks(elements), bytes: 8 * elements }];
}

export function quotient(instruction: Quotient, context: StageContext): Stage[] {
  const { numerator, denominator } = instruction.reads;
  const scalars = [addressOf(numerator, context), context.address(denominator)];
  const args = [...scalars, context.address(instruction.writes.out), { f32: instruction.factor }];
  return [{ kernel: 'quotient', args, chunks: 1, flops: 2 }];
}

export function fill(instruction: Fill, context: StageContext): Stage[] {
  const { y } = instruction.writes;
  const columns = y.shape.at(-1)!;
  const rows = count(y.shape) / columns;
  const perChunk = Math.max(1, Math.floor(elementsPerChunk / y.pitch));
  const args = [context.address(y), rows, columns, y.pitch * 4, { f32: instruction.value }, perChunk];
  return [{ kernel: 'fill', args, chunks: Math.ceil(rows / perChunk), bytes: rows * y.pitch * 4 }];
}

export function record(instruction: RecordScalars, context: StageContext): Stage[] {
  const { slot, values } = instruction.reads;
  const { ring } = instruction.writes;
  const target = [context.address(slot), context.address(ring), ring.shape[0]!, ring.pitch * 4];
  return [
    {
      kernel: 'record',
      args: [...target, values.length, ...values.map((value) => context.address(value))],
      chunks: 1,
    },
  ];
}

export function track(instruction: TrackStatistics, context: StageContext): Stage[] {
  const { statistics } = instruction.reads;
  const { mean, variance } = instruction.writes;
  const { momentum, pixels } = instruction;
  const addresses = [statistics, mean, variance].map((tensor) => context.address(tensor));
  const sizes = [mean.shape[0]!, statistics.pitch * 4];
  const factors = [momentum, epsilon, pixels / Math.max(1, pixels - 1)].flatMap(float64);
  return [{ kernel: 'trackStatistics', args: [...addresses, ...sizes, ...factors], chunks: 1 }];
}
