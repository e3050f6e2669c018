// Depthwise convolution on wasm.
import { imageShape, type Tensor } from '../../tensor.ts';
import { bytesOf, type LoweringContext, pixelsPerChunk, type Stage, sumPartials } from '../../wasm/stage.ts';
import type { DepthwiseBackward, DepthwiseForward } from './nodes.ts';

interface Shapes {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly weight: Tensor;
  readonly stride: number;
  readonly dilation: number;
}

/** `over`: the tensor whose pixels the chunks share out. */
function geometry({ x, y, weight, stride, dilation }: Shapes, over: Tensor) {
  const { n, h, w } = imageShape(over);
  const pixels = n * h * w;
  const [input, output] = [imageShape(x), imageShape(y)];
  const sizes = [input.h, input.w, output.h, output.w, x.pitch];
  const words = [...sizes, weight.shape[0]!, stride, dilation, pixels, pixelsPerChunk];
  return { words, chunks: Math.ceil(pixels / pixelsPerChunk) };
}

/** Taps beyond the border count as well. */
function flopsOf(weight: Tensor, y: Tensor): number {
  const { n, h, w, c } = imageShape(y);
  return 2 * weight.shape[0]! ** 2 * n * h * w * c;
}

export function forward(node: DepthwiseForward, context: LoweringContext): Stage[] {
  const { x, weight } = node.reads;
  const { y } = node.writes;
  const { words, chunks } = geometry({ ...node, x, y, weight }, y);
  const args = [...words, ...[x, weight, y].map((tensor) => context.address(tensor))];
  return [
    { kernel: 'depthwiseForward', args, chunks, flops: flopsOf(weight, y), bytes: bytesOf(x, y, weight) },
  ];
}

export function backward(node: DepthwiseBackward, context: LoweringContext): Stage[] {
  const { x, weight, dy } = node.reads;
  const { dx, dweight } = node.writes;
  const shapes = { x, y: dy, weight, stride: node.stride, dilation: node.dilation };
  const flops = flopsOf(weight, dy);
  const stages: Stage[] = [];
  if (dx) {
    const { words, chunks } = geometry(shapes, x);
    const addresses = [dy, weight, dx].map((tensor) => context.address(tensor));
    const args = [...words, ...addresses, Number(node.accumulate)];
    const bytes = bytesOf(dy, weight, dx) + (node.accumulate ? bytesOf(dx) : 0);
    stages.push({ kernel: 'depthwiseInput', args, chunks, flops, bytes });
  }
  if (dweight) {
    const { words, chunks } = geometry(shapes, dy);
    const stride = bytesOf(weight);
    const partials = context.workspace(chunks * stride);
    const args = [...words, context.address(x), context.address(dy), partials];
    stages.push({ kernel: 'depthwiseWeight', args, chunks, flops, bytes: bytesOf(x, dy) });
    stages.push(sumPartials(partials, chunks, stride, context.address(dweight), stride / 4));
  }
  return stages;
}
