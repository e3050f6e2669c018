// Edge normalisation on wasm: a few rows, one chunk.
import { bytesOf, type LoweringContext, type Stage } from '../../wasm/stage.ts';
import type { EdgeNormBackward, EdgeNormForward } from './nodes.ts';

export function forward(node: EdgeNormForward, context: LoweringContext): Stage[] {
  const { mix, beta } = node.reads;
  const { y, shares } = node.writes;
  const addresses = [mix, beta, y, shares].map((tensor) => context.address(tensor));
  const args = [...addresses, mix.pitch * 4, node.edges.length, ...node.edges];
  return [{ kernel: 'edgeNormForward', args, chunks: 1, bytes: bytesOf(mix, beta, y, shares) }];
}

export function backward(node: EdgeNormBackward, context: LoweringContext): Stage[] {
  const { mix, shares, dy, dshares } = node.reads;
  const { dmix, dbeta } = node.writes;
  const read = [mix, shares, dy, dshares].map((tensor) => context.address(tensor));
  const written = [dmix, dbeta].map((tensor) => (tensor ? context.address(tensor) : 0));
  const sizes = [mix.pitch * 4, mix.shape[1]!, ...node.accumulate.map(Number), node.edges.length];
  const args = [...read, ...written, ...sizes, ...node.edges];
  const bytes = bytesOf(mix, shares, dy, dshares, ...[dmix, dbeta].filter((tensor) => tensor !== undefined));
  return [{ kernel: 'edgeNormBackward', args, chunks: 1, bytes }];
}
