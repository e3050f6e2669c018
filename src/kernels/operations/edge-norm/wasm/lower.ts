// Edge normalisation on wasm: a few rows, one chunk.
import { bytesOf, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { EdgeNormBackward, EdgeNormForward } from '../types.ts';

export function forward(instruction: EdgeNormForward, context: StageContext): Stage[] {
  const { mix, beta } = instruction.reads;
  const { y, shares } = instruction.writes;
  const addresses = [mix, beta, y, shares].map((tensor) => context.address(tensor));
  const args = [...addresses, mix.pitch * 4, instruction.edges.length, ...instruction.edges];
  return [{ kernel: 'edgeNormForward', args, chunks: 1, bytes: bytesOf(mix, beta, y, shares) }];
}

export function backward(instruction: EdgeNormBackward, context: StageContext): Stage[] {
  const { mix, shares, dy, dshares } = instruction.reads;
  const { dmix, dbeta } = instruction.writes;
  const read = [mix, shares, dy, dshares].map((tensor) => context.address(tensor));
  const written = [dmix, dbeta].map((tensor) => (tensor ? context.address(tensor) : 0));
  const sizes = [
    mix.pitch * 4,
    mix.shape[1]!,
    ...instruction.accumulate.map(Number),
    instruction.edges.length,
  ];
  const args = [...read, ...written, ...sizes, ...instruction.edges];
  const bytes = bytesOf(mix, shares, dy, dshares, ...[dmix, dbeta].filter((tensor) => tensor !== undefined));
  return [{ kernel: 'edgeNormBackward', args, chunks: 1, bytes }];
}
