// The definition, step by step, out of the primitives' plain loops.
import { type ReferenceMemory, Scratch } from '../../reference/memory.ts';
import type { Tensor } from '../../tensor.ts';
import * as batchNorm from '../batch-norm/reference.ts';
import * as concat from '../concat/reference.ts';
import * as convolution from '../convolution/reference.ts';
import * as factorizedReduce from '../factorized-reduce/reference.ts';
import * as relu from '../relu/reference.ts';
import type { PreprocessBackward, PreprocessForward } from './types.ts';

/** [Cin, C] as the [1, 1, Cin, C] of a convolution: the same elements. */
function asFilter(scratch: Scratch, weight: Tensor): Tensor {
  const filter = scratch.temporary([1, 1, ...weight.shape]);
  scratch.of(filter).set(scratch.of(weight));
  return filter;
}

function rectify(scratch: Scratch, xs: readonly Tensor[]): { joined: Tensor; rectified: Tensor } {
  const width = xs.reduce((sum, x) => sum + x.shape[3]!, 0);
  const shape = [...xs[0]!.shape.slice(0, 3), width];
  const joined = scratch.temporary(shape);
  const rectified = scratch.temporary(shape);
  concat.forward({ reads: { xs }, writes: { y: joined } }, scratch);
  relu.forward({ reads: { x: joined }, writes: { y: rectified } }, scratch);
  return { joined, rectified };
}

export function forward(instruction: PreprocessForward, memory: ReferenceMemory): void {
  const { xs, weights } = instruction.reads;
  const { y, statistics } = instruction.writes;
  const scratch = new Scratch(memory);
  const x = rectify(scratch, xs).rectified;
  const raw = scratch.temporary(y.shape);
  const [first, second] = weights;
  if (second === undefined) {
    const weight = asFilter(scratch, first!);
    convolution.forward({ reads: { x, weight }, writes: { y: raw }, stride: 1 }, scratch);
  } else {
    factorizedReduce.forward({ reads: { x, first: first!, second }, writes: { y: raw } }, scratch);
  }
  batchNorm.forward({ reads: { x: raw }, writes: { y, statistics } }, scratch);
}

export function backward(instruction: PreprocessBackward, memory: ReferenceMemory): void {
  const { xs, weights, y, statistics, dy } = instruction.reads;
  const { dxs, dweights } = instruction.writes;
  const scratch = new Scratch(memory);
  const { joined, rectified } = rectify(scratch, xs);
  // y is xhat: the same formula as batch norm's with mean 0 once inv is factored out.
  const dRaw = scratch.temporary(y.shape);
  const [ys, dys, dRaws, stats] = [y, dy, dRaw, statistics].map((tensor) => scratch.of(tensor)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const pixels = ys.length / y.pitch;
  for (let c = 0; c < y.shape[3]!; c++) {
    let sumDy = 0;
    let sumDyXhat = 0;
    for (let at = c; at < ys.length; at += y.pitch) {
      sumDy += dys[at]!;
      sumDyXhat += dys[at]! * ys[at]!;
    }
    const inverse = stats[statistics.pitch + c]!;
    for (let at = c; at < ys.length; at += y.pitch) {
      dRaws[at] = inverse * (dys[at]! - sumDy / pixels - (ys[at]! * sumDyXhat) / pixels);
    }
  }
  const dx = scratch.temporary(joined.shape);
  const [first, second] = weights;
  if (second === undefined) {
    const weight = asFilter(scratch, first!);
    const dweight = scratch.temporary(weight.shape);
    const reads = { x: rectified, weight, dy: dRaw };
    convolution.backward({ reads, writes: { dx, dweight }, stride: 1, accumulate: false }, scratch);
    if (dweights) scratch.of(dweights[0]!).set(scratch.of(dweight));
  } else {
    const reads = { x: rectified, first: first!, second, dy: dRaw };
    const writes = { dx, ...(dweights && { dfirst: dweights[0]!, dsecond: dweights[1]! }) };
    factorizedReduce.backward({ reads, writes, accumulate: false }, scratch);
  }
  const djoined = scratch.temporary(joined.shape);
  relu.backward({ reads: { x: joined, dy: dx }, writes: { dx: djoined }, accumulate: false }, scratch);
  let channel = 0;
  for (const [i, x] of xs.entries()) {
    const into = dxs[i];
    if (into) {
      const accumulate = instruction.accumulate[i]!;
      concat.backward({ reads: { dy: djoined }, writes: { dx: into }, channel, accumulate }, scratch);
    }
    channel += x.shape[3]!;
  }
}
