// Depthwise convolution on wasm.
import { layOutImages } from '../../wasm/image-layout.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import { bytesOf, type LoweringContext, type Stage, sumPartials } from '../../wasm/stage.ts';
import type { DepthwiseBackward, DepthwiseForward } from './nodes.ts';

/** The words that open a stage's arguments, and its chunks. */
function layOut(
  node: { readonly stride: 1 | 2; readonly dilation: number },
  x: Tensor,
  weight: Tensor,
  context: LoweringContext,
) {
  const { stride, dilation } = node;
  const kernel = weight.shape[0]!;
  const windows = { padding: (dilation * (kernel - 1)) / 2, dilations: [dilation] };
  const { words, chunks, scratch } = layOutImages({ ...imageShape(x), stride }, windows, 1, 'forward');
  context.scratch(scratch);
  return { words: [...words, kernel, dilation], chunks };
}

/** Taps beyond the border count as well. */
function flopsOf(weight: Tensor, y: Tensor): number {
  const { n, h, w, c } = imageShape(y);
  return 2 * weight.shape[0]! ** 2 * n * h * w * c;
}

export function forward(node: DepthwiseForward, context: LoweringContext): Stage[] {
  const { x, weight } = node.reads;
  const { y } = node.writes;
  const { words, chunks } = layOut(node, x, weight, context);
  const args = [...words, ...[x, weight, y].map((tensor) => context.address(tensor))];
  return [
    { kernel: 'depthwiseForward', args, chunks, flops: flopsOf(weight, y), bytes: bytesOf(x, y, weight) },
  ];
}

export function backward(node: DepthwiseBackward, context: LoweringContext): Stage[] {
  const { x, weight, dy } = node.reads;
  const { dx, dweight } = node.writes;
  const { words, chunks } = layOut(node, x, weight, context);
  const stride = bytesOf(weight);
  const partials = dweight ? context.workspace(chunks * stride) : 0;
  const addresses = [x, weight, dy].map((tensor) => context.address(tensor));
  const input = dx ? context.address(dx) : 0;
  const stage: Stage = {
    kernel: 'depthwiseBackward',
    args: [...words, ...addresses, input, Number(node.accumulate), partials],
    chunks,
    flops: flopsOf(weight, dy) * (Number(dx !== undefined) + Number(dweight !== undefined)),
    bytes:
      bytesOf(dy) +
      (dweight ? bytesOf(x) : 0) +
      (dx ? bytesOf(weight, dx) + (node.accumulate ? bytesOf(dx) : 0) : 0),
  };
  if (!dweight) return [stage];
  return [stage, sumPartials(partials, chunks, stride, context.address(dweight), stride / 4)];
}
