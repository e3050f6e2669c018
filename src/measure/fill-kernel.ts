// Synthetic data for a kernel's operands: otherwise it would read results of other kernels, which may be denormal or not
// finite.

import { Random } from '../base/random.ts';
import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import { count, type Tensor } from '../kernels/tensor.ts';
import { type Kernel, operandsOf, vectorsOf } from './kernel-programs.ts';

const stock = 65_536;

function stockOf(draw: (stream: Random) => number): Float32Array {
  const stream = Random.fromSeed(0);
  return Float32Array.from({ length: stock }, () => draw(stream));
}

/** For images; all other operands are positive, as variances and deviations are. */
const signed = stockOf((stream) => stream.normal());
const positive = stockOf((stream) => 0.5 + stream.uniform());

function repeated(values: Float32Array, length: number): Float32Array {
  const filled = new Float32Array(length);
  for (let at = 0; at < length; at += stock) filled.set(values.subarray(0, Math.min(stock, length - at)), at);
  return filled;
}

/** Runs the kernel's program once, so that its activations are allocated, and fills all its operands. */
export async function fillKernel(
  executor: Executor,
  { name, instruction }: Kernel,
  { arenas }: Plan,
): Promise<void> {
  await executor.run(name);
  for (const { arena } of vectorsOf(instruction))
    executor.writeArena(arena, repeated(positive, arenas[arena]!));
  for (const tensor of operandsOf(instruction)) executor.write(tensor, valuesFor(tensor));
  // Operands that kernels use as addresses must be in range.
  if (instruction.op === 'crossEntropy') {
    const { labels } = instruction.reads;
    executor.write(labels, new Float32Array(count(labels.shape)));
  }
  if (instruction.op === 'embedding') {
    const { indices } = instruction.reads;
    executor.write(indices, new Float32Array(count(indices.shape)));
  }
  if (instruction.op === 'record') executor.write(instruction.reads.slot, [0]);
}

function valuesFor({ shape }: Tensor): Float32Array {
  return repeated(shape.length === 4 ? signed : positive, count(shape));
}
