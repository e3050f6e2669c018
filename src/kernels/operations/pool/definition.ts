// Max: dy goes to the first maximum of its window in row-major order. Average: dy / (pixels inside) to each of them.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { PoolWindow } from './types.ts';
import { instructions } from './types.ts';

/** 3x3 padded by 1, or 2x2 unpadded. */
interface CommonWindow {
  readonly mode: 'max' | 'average';
  readonly kernel: 2 | 3;
  readonly stride: 1 | 2;
}

/** x: [N, H, W, C]; returns [N, ceil(H/s), ceil(W/s), C]. */
export function pool(graph: Graph, x: Tensor, window: CommonWindow): Tensor {
  const { n, h, w, c } = imageShape(x);
  const { stride, kernel } = window;
  const shape = [n, Math.ceil(h / stride), Math.ceil(w / stride), c];
  return windows(graph, x, shape, { ...window, padding: kernel === 3 ? 1 : 0 });
}

/**
 * Unpadded windows of 1 to 7 pixels a side; those that do not fit are left out. x: [N, H, W, C]; returns
 * [N, floor((H - k) / s) + 1, floor((W - k) / s) + 1, C].
 */
export function maxPool(graph: Graph, x: Tensor, kernel: number, stride: number): Tensor {
  const { n, h, w, c } = imageShape(x);
  if (kernel > Math.min(h, w)) throw new RangeError(`${x.name} of ${h}x${w} holds no window of ${kernel}`);
  // The backward kernels number the pixels of windows of 4 at most.
  if (kernel > 4) return maxPool(graph, maxPool(graph, x, 4, 1), kernel - 3, stride);
  const shape = [n, Math.floor((h - kernel) / stride) + 1, Math.floor((w - kernel) / stride) + 1, c];
  return windows(graph, x, shape, { mode: 'max', kernel, stride, padding: 0 });
}

/**
 * The averages of four windows in the corners of a square image, as auxiliary heads read them (Liu et al. 2019): 5x5
 * windows, 3 pixels apart for 8x8 images and 2 for 7x7; for other sizes half the side, rounded up, but 5 at least
 * from 7x7 on. x: [N, H, H, C]; returns [N, 2, 2, C].
 */
export function cornerPool(graph: Graph, x: Tensor): Tensor {
  const { n, h, w, c } = imageShape(x);
  if (h !== w) throw new RangeError(`${x.name} is ${h}x${w}, not square`);
  const kernel = Math.max(h < 7 ? 1 : 5, Math.ceil(h / 2));
  return windows(graph, x, [n, 2, 2, c], { mode: 'average', kernel, stride: h - kernel, padding: 0 });
}

function windows(graph: Graph, x: Tensor, shape: readonly number[], window: PoolWindow): Tensor {
  const y = graph.activation(`${x.name}/${window.mode}`, shape);
  graph.emit(instructions.forward({ reads: { x }, writes: { y }, ...window }));
  graph.onBackward([x], [y], (gradients) => {
    const dx = gradients.into(x);
    if (dx === undefined) return;
    const reads = { x, dy: gradients.of(y) };
    const { accumulate } = dx;
    graph.emit(instructions.backward({ reads, writes: { dx: dx.tensor }, ...window, accumulate }));
  });
  return y;
}
