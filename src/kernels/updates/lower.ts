// Updates on wasm: elementwise over arenas; scalars in one chunk.
import { count, type Tensor } from '../tensor.ts';
import { elementChunks, elementsPerChunk, float64, type LoweringContext, type Stage } from '../wasm/stage.ts';
import { epsilon } from '../operations/batch-norm/nodes.ts';
import type { Adam, Axpy, Copy, Fill, Norm, Quotient, RecordScalars, Sgd, TrackStatistics } from './nodes.ts';

function addressOf(tensor: Tensor | undefined, context: LoweringContext): number {
  return tensor ? context.address(tensor) : 0;
}

export function sgd(node: Sgd, context: LoweringContext): Stage[] {
  const { gradient, rate, norm } = node.reads;
  const { weights, velocity } = node.writes;
  const { address, elements } = context.vector(weights);
  const clipped = node.clip === undefined ? undefined : norm;
  const args = [
    context.vector(gradient).address,
    address,
    context.vector(velocity).address,
    elements,
    context.address(rate),
    addressOf(clipped, context),
    { f32: node.momentum },
    { f32: node.weightDecay },
    { f32: node.clip ?? 0 },
  ];
  return [
    { kernel: 'sgd', args, chunks: elementChunks(elements), flops: 7 * elements, bytes: 20 * elements },
  ];
}

export function adam(node: Adam, context: LoweringContext): Stage[] {
  const { gradient, rate, corrections } = node.reads;
  const { weights, first, second } = node.writes;
  const { address, elements } = context.vector(weights);
  const [b1, b2] = node.betas;
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
    { f32: node.epsilon },
    { f32: node.weightDecay },
  ];
  return [
    { kernel: 'adam', args, chunks: elementChunks(elements), flops: 14 * elements, bytes: 28 * elements },
  ];
}

export function axpy(node: Axpy, context: LoweringContext): Stage[] {
  const { base, x, scale } = node.reads;
  const { address, elements } = context.vector(node.writes.out);
  const sources = [context.vector(base).address, context.vector(x).address];
  const args = [...sources, address, elements, addressOf(scale, context), { f32: node.factor }];
  return [
    { kernel: 'axpy', args, chunks: elementChunks(elements), flops: 2 * elements, bytes: 12 * elements },
  ];
}

export function norm(node: Norm, context: LoweringContext): Stage[] {
  const { address, elements } = context.vector(node.reads.x);
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
    { kernel: 'normTotal', args: [partials, chunks, context.address(node.writes.out)], chunks: 1 },
  ];
}

export function copy(node: Copy, context: LoweringContext): Stage[] {
  const { address, elements } = context.vector(node.writes.to);
  const args = [context.vector(node.reads.from).address, address, elements];
  return [{ kernel: 'copy', args, chunks: elementChunks(elements), bytes: 8 * elements }];
}

export function quotient(node: Quotient, context: LoweringContext): Stage[] {
  const { numerator, denominator } = node.reads;
  const scalars = [addressOf(numerator, context), context.address(denominator)];
  const args = [...scalars, context.address(node.writes.out), { f32: node.factor }];
  return [{ kernel: 'quotient', args, chunks: 1, flops: 2 }];
}

export function fill(node: Fill, context: LoweringContext): Stage[] {
  const { y } = node.writes;
  const columns = y.shape.at(-1)!;
  const rows = count(y.shape) / columns;
  const perChunk = Math.max(1, Math.floor(elementsPerChunk / y.pitch));
  const args = [context.address(y), rows, columns, y.pitch * 4, { f32: node.value }, perChunk];
  return [{ kernel: 'fill', args, chunks: Math.ceil(rows / perChunk), bytes: rows * y.pitch * 4 }];
}

export function record(node: RecordScalars, context: LoweringContext): Stage[] {
  const { slot, values } = node.reads;
  const { ring } = node.writes;
  const target = [context.address(slot), context.address(ring), ring.shape[0]!, ring.pitch * 4];
  return [
    {
      kernel: 'record',
      args: [...target, values.length, ...values.map((value) => context.address(value))],
      chunks: 1,
    },
  ];
}

export function track(node: TrackStatistics, context: LoweringContext): Stage[] {
  const { statistics } = node.reads;
  const { mean, variance } = node.writes;
  const { momentum, pixels } = node;
  const addresses = [statistics, mean, variance].map((tensor) => context.address(tensor));
  const sizes = [mean.shape[0]!, statistics.pitch * 4];
  const factors = [momentum, epsilon, pixels / Math.max(1, pixels - 1)].flatMap(float64);
  return [{ kernel: 'trackStatistics', args: [...addresses, ...sizes, ...factors], chunks: 1 }];
}
