// Depthwise convolution on wasm.
import { layOutImages } from '../../../wasm/image-layout.ts';
import { imageShape, type Tensor } from '../../../tensor.ts';
import { bytesOf, type StageContext, type Stage, sumPartials } from '../../../wasm/stage.ts';
import type { DepthwiseBackward, DepthwiseForward } from '../types.ts';

/** The words that open a stage's arguments, and its chunks. */
function layOut(
  instruction: { readonly stride: 1 | 2; readonly dilation: number },
  x: Tensor,
  weight: Tensor,
  context: StageContext,
) {
  const { stride, dilation } = instruction;
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

export function forward(instruction: DepthwiseForward, context: StageContext): Stage[] {
  const { x, weight } = instruction.reads;
  const { y } = instruction.writes;
  const { words, chunks } = layOut(instruction, x, weight, context);
  const args = [...words, ...[x, weight, y].map((tensor) => context.address(tensor))];
  return [
    { kernel: 'depthwiseForward', args, chunks, flops: flopsOf(weight, y), bytes: bytesOf(x, y, weight) },
  ];
}

export function backward(instruction: DepthwiseBackward, context: StageContext): Stage[] {
  const { x, weight, dy } = instruction.reads;
  const { dx, dweight } = instruction.writes;
  const { words, chunks } = layOut(instruction, x, weight, context);
  const stride = bytesOf(weight);
  const partials = dweight ? context.workspace(chunks * stride) : 0;
  const addresses = [x, weight, dy].map((tensor) => context.address(tensor));
  const input = dx ? context.address(dx) : 0;
  const stage: Stage = {
    kernel: 'depthwiseBackward',
    args: [...words, ...addresses, input, Number(instruction.accumulate), partials],
    chunks,
    flops: flopsOf(weight, dy) * (Number(dx !== undefined) + Number(dweight !== undefined)),
    bytes:
      bytesOf(dy) +
      (dweight ? bytesOf(x) : 0) +
      (dx ? bytesOf(weight, dx) + (instruction.accumulate ? bytesOf(dx) : 0) : 0),
  };
  if (!dweight) return [stage];
  return [stage, sumPartials(partials, chunks, stride, context.address(dweight), stride / 4)];
}
