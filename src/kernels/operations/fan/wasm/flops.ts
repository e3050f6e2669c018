// The counted model of a fan's work: multiplies and adds of convolutions, padding included as the formula has it.
import type { WindowShape } from '../../../wasm/image-layout.ts';
import type { Unit } from './records.ts';

/** Of one unit, forward, over all images. */
export function convolutionFlops({ kind, kernel = 0 }: Unit, { n, h, w, c, stride }: WindowShape): number {
  const pixels = n * Math.ceil(h / stride) * Math.ceil(w / stride);
  if (kind === 'separable') return 2 * pixels * c * (kernel * kernel + c);
  if (kind === 'dense') return 2 * pixels * c * c * kernel * kernel;
  if (kind === 'reduce') return 2 * pixels * c * c;
  return kind === 'identity' ? pixels * c : 9 * pixels * c;
}
