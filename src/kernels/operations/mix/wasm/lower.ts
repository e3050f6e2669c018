// Softmax mixing of an edge on wasm.
import { extent } from '../../../tensor.ts';
import { bytesOf, elementChunks, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { MixBackward, MixForward } from '../types.ts';

export function forward(instruction: MixForward, context: StageContext): Stage[] {
  const { mix, terms } = instruction.reads;
  const { y } = instruction.writes;
  const elements = extent(y);
  const row = context.address(mix) + instruction.row * mix.pitch * 4;
  const list = terms.flatMap(({ column, x }) => [column, context.address(x)]);
  const args = [row, context.address(y), elements, terms.length, ...list];
  const flops = 2 * elements * terms.length;
  const bytes = (terms.length + 1) * bytesOf(y);
  return [{ kernel: 'mixForward', args, chunks: elementChunks(elements), flops, bytes }];
}

export function backward(instruction: MixBackward, context: StageContext): Stage[] {
  const { mix, terms, dy } = instruction.reads;
  const { dxs, dmix } = instruction.writes;
  const elements = extent(dy);
  const chunks = elementChunks(elements);
  const gradient = context.address(dy);
  const place = (base: number, column: number): number => base + (instruction.row * mix.pitch + column) * 4;
  const stages: Stage[] = [];
  for (const [k, { column }] of terms.entries()) {
    const dx = dxs[k];
    if (!dx) continue;
    const accumulate = instruction.accumulate[k]!;
    const coefficient = place(context.address(mix), column);
    const args = [coefficient, gradient, context.address(dx), elements, Number(accumulate)];
    const bytes = bytesOf(dy, dx) + (accumulate ? bytesOf(dx) : 0);
    stages.push({ kernel: 'mixInput', args, chunks, flops: elements * (accumulate ? 2 : 1), bytes });
  }
  if (dmix) {
    const base = context.address(dmix);
    const partials = context.workspace(chunks * terms.length * 8);
    const sources = terms.map(({ x }) => context.address(x));
    const flops = 2 * elements * terms.length;
    const bytes = bytesOf(dy) * 2 * terms.length;
    stages.push({
      kernel: 'mixDots',
      args: [partials, gradient, elements, terms.length, ...sources],
      chunks,
      flops,
      bytes,
    });
    const targets = terms.map(({ column }) => place(base, column));
    stages.push({ kernel: 'mixGradient', args: [partials, chunks, terms.length, ...targets], chunks: 1 });
  }
  return stages;
}
