// Differences of neighbours on wasm: elementwise, spare lanes included (they are zero).
import { extent } from '../../../tensor.ts';
import { bytesOf, elementChunks, float64, type StageContext, type Stage } from '../../../wasm/stage.ts';
import { scaleOf, type SlownessBackward, type SlownessForward } from '../types.ts';

export function forward({ reads, writes, weight }: SlownessForward, context: StageContext): Stage[] {
  const { xs } = reads;
  const elements = extent(xs[0]!);
  const chunks = elementChunks(elements) * (xs.length - 1);
  const partials = context.workspace(chunks * 8);
  const args = [partials, elements, xs.length, ...xs.map((x) => context.address(x))];
  const total = [partials, chunks, context.address(writes.loss), ...float64(scaleOf(xs, weight))];
  return [
    {
      kernel: 'slownessSums',
      args,
      chunks,
      flops: 3 * elements * (xs.length - 1),
      bytes: 2 * bytesOf(...xs.slice(1)),
    },
    { kernel: 'slownessTotal', args: total, chunks: 1 },
  ];
}

export function backward(
  { reads, writes, weight, accumulate }: SlownessBackward,
  context: StageContext,
): Stage[] {
  const { xs } = reads;
  const places = xs.map((x) => context.address(x));
  const elements = extent(xs[0]!);
  const scale = { f32: 2 * scaleOf(xs, weight) };
  return writes.dxs.flatMap((dx, t): Stage[] => {
    if (!dx) return [];
    const around = [places[t]!, places[t - 1] ?? 0, places[t + 1] ?? 0];
    const args = [...around, context.address(dx), elements, scale, Number(accumulate[t]!)];
    const bytes = 4 * bytesOf(dx);
    return [
      { kernel: 'slownessBackward', args, chunks: elementChunks(elements), flops: 5 * elements, bytes },
    ];
  });
}
