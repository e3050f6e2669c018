// The definition, step by step, out of the primitives' plain loops.
import type { DeferredGradient } from '../../deferred-gradient.ts';
import { type ReferenceMemory, Scratch } from '../../reference/memory.ts';
import type { Tensor } from '../../tensor.ts';
import { measure } from '../batch-norm/reference.ts';
import * as convolution from '../convolution/reference.ts';
import * as depthwise from '../depthwise/reference.ts';
import * as factorizedReduce from '../factorized-reduce/reference.ts';
import * as pool from '../pool/reference.ts';
import * as relu from '../relu/reference.ts';
import type { BranchOutput, FanBackward, FanBranch, FanForward } from './types.ts';

function asFilter(scratch: Scratch, weight: Tensor): Tensor {
  const filter = scratch.temporary([1, 1, ...weight.shape]);
  scratch.of(filter).set(scratch.of(weight));
  return filter;
}

function rectified(scratch: Scratch, x: Tensor): Tensor {
  const y = scratch.temporary(x.shape);
  relu.forward({ reads: { x }, writes: { y } }, scratch);
  return y;
}

/** (raw - mean) * inv, the output of a half's batch norm. */
function normalised(scratch: Scratch, raw: Tensor, statistics: Tensor): Tensor {
  const y = scratch.temporary(raw.shape);
  const [xs, ys, stats] = [scratch.of(raw), scratch.of(y), scratch.of(statistics)];
  for (let at = 0; at < xs.length; at += raw.pitch) {
    for (let c = 0; c < raw.shape[3]!; c++) {
      ys[at + c] = (xs[at + c]! - stats[c]!) * stats[statistics.pitch + c]!;
    }
  }
  return y;
}

/** The convolutions of one half, on an input already rectified, into `raw`. */
function half(
  scratch: Scratch,
  branch: FanBranch,
  index: number,
  x: Tensor,
  raw: Tensor,
  stride: 1 | 2,
): void {
  const [first, second] = branch.weights.slice(index * 2);
  if (branch.kind === 'reduce') {
    factorizedReduce.forward({ reads: { x, first: first!, second: second! }, writes: { y: raw } }, scratch);
  } else if (branch.kind === 'dense') {
    convolution.forward({ reads: { x, weight: first! }, writes: { y: raw }, stride }, scratch);
  } else {
    const between = scratch.temporary(raw.shape);
    const { dilation } = branch.halves[index]!;
    depthwise.forward({ reads: { x, weight: first! }, writes: { y: between }, stride, dilation }, scratch);
    const weight = asFilter(scratch, second!);
    convolution.forward({ reads: { x: between, weight }, writes: { y: raw }, stride: 1 }, scratch);
  }
}

export function forward(instruction: FanForward, memory: ReferenceMemory): void {
  const { x, branches } = instruction.reads;
  const { stride } = instruction;
  for (const { mode, y, statistics } of instruction.writes.pools) {
    pool.forward({ reads: { x }, writes: { y }, mode, kernel: 3, padding: 1, stride }, memory);
    if (statistics) measure(y, memory.of(y), statistics, memory.of(statistics));
  }
  for (const [b, branch] of branches.entries()) {
    const scratch = new Scratch(memory);
    const { raw, statistics } = instruction.writes.branches[b]!;
    let input = x;
    for (const [i, output] of raw.entries()) {
      half(scratch, branch, i, rectified(scratch, input), output, i === 0 ? stride : 1);
      measure(output, scratch.of(output), statistics[i]!, scratch.of(statistics[i]!));
      input = normalised(scratch, output, statistics[i]!);
    }
  }
}

/** Adds mix * inv * (dy - sumDy / M - xhat * sumDyXhat / M), or mix * dy, to `into`. */
function addDeferred(
  scratch: Scratch,
  deferred: DeferredGradient,
  source: Tensor,
  statistics: Tensor | undefined,
  into: Tensor,
): void {
  const { dy, mix, row, column, sumDy, sumDyXhat } = deferred;
  const coefficient = mix ? scratch.of(mix)[row * mix.pitch + column]! : 1;
  const [dys, xs, out] = [scratch.of(dy), scratch.of(source), scratch.of(into)];
  const stats = statistics && scratch.of(statistics);
  const pixels = dys.length / dy.pitch;
  for (let c = 0; c < dy.shape[3]!; c++) {
    const mean = stats ? stats[c]! : 0;
    const inverse = stats && statistics ? stats[statistics.pitch + c]! : 1;
    const shift = sumDy ? scratch.of(sumDy)[c]! / pixels : 0;
    const slope = sumDyXhat ? scratch.of(sumDyXhat)[c]! / pixels : 0;
    for (let at = c; at < dys.length; at += dy.pitch) {
      const xhat = (xs[at]! - mean) * inverse;
      out[at]! += coefficient * inverse * (dys[at]! - shift - xhat * slope);
    }
  }
}

/** Batch norm's backward through a half's output: from the gradient of xhat to that of raw. */
function throughNorm(scratch: Scratch, raw: Tensor, statistics: Tensor, dxhat: Tensor): Tensor {
  const [xs, dys, stats] = [scratch.of(raw), scratch.of(dxhat), scratch.of(statistics)];
  const sumDy = scratch.temporary([raw.shape[3]!]);
  const sumDyXhat = scratch.temporary([raw.shape[3]!]);
  for (let at = 0; at < xs.length; at += raw.pitch) {
    for (let c = 0; c < raw.shape[3]!; c++) {
      scratch.of(sumDy)[c]! += dys[at + c]!;
      scratch.of(sumDyXhat)[c]! += dys[at + c]! * (xs[at + c]! - stats[c]!) * stats[statistics.pitch + c]!;
    }
  }
  const dRaw = scratch.temporary(raw.shape);
  addDeferred(scratch, { dy: dxhat, row: 0, column: 0, sumDy, sumDyXhat }, raw, statistics, dRaw);
  return dRaw;
}

type Branch = FanBranch & BranchOutput & { readonly deferred: DeferredGradient };

/** The gradient of a half's input (before ReLU) from that of its raw output; also those of its weights. */
function halfBackward(
  scratch: Scratch,
  branch: Branch,
  index: number,
  input: Tensor,
  dRaw: Tensor,
  stride: 1 | 2,
  dweights: readonly Tensor[] | undefined,
): Tensor {
  const x = rectified(scratch, input);
  const dx = scratch.temporary(input.shape);
  const [first, second] = branch.weights.slice(index * 2);
  const [dfirst, dsecond] = dweights?.slice(index * 2) ?? [];
  if (branch.kind === 'reduce') {
    const reads = { x, first: first!, second: second!, dy: dRaw };
    const writes = { dx, ...(dfirst && dsecond && { dfirst, dsecond }) };
    factorizedReduce.backward({ reads, writes, accumulate: false }, scratch);
  } else if (branch.kind === 'dense') {
    const reads = { x, weight: first!, dy: dRaw };
    const writes = { dx, ...(dfirst && { dweight: dfirst }) };
    convolution.backward({ reads, writes, stride, accumulate: false }, scratch);
  } else {
    const { dilation } = branch.halves[index]!;
    const between = scratch.temporary(dRaw.shape);
    depthwise.forward({ reads: { x, weight: first! }, writes: { y: between }, stride, dilation }, scratch);
    const dbetween = scratch.temporary(dRaw.shape);
    const weight = asFilter(scratch, second!);
    const dweight = scratch.temporary(weight.shape);
    const reads = { x: between, weight, dy: dRaw };
    convolution.backward({ reads, writes: { dx: dbetween, dweight }, stride: 1, accumulate: false }, scratch);
    if (dsecond) scratch.of(dsecond).set(scratch.of(dweight));
    const writes = { dx, ...(dfirst && { dweight: dfirst }) };
    depthwise.backward(
      { reads: { x, weight: first!, dy: dbetween }, writes, stride, dilation, accumulate: false },
      scratch,
    );
  }
  const dinput = scratch.temporary(input.shape);
  relu.backward({ reads: { x: input, dy: dx }, writes: { dx: dinput }, accumulate: false }, scratch);
  return dinput;
}

export function backward(instruction: FanBackward, memory: ReferenceMemory): void {
  const { x, branches, pools, identities } = instruction.reads;
  const { dx, dweights } = instruction.writes;
  const { stride } = instruction;
  const outer = new Scratch(memory);
  const dinput = outer.temporary(x.shape);
  for (const identity of identities) addDeferred(outer, identity, x, undefined, dinput);
  for (const { mode, y, statistics, deferredGradients } of pools) {
    const dy = outer.temporary(y.shape);
    for (const deferred of deferredGradients) addDeferred(outer, deferred, y, statistics, dy);
    const writes = { dx: dinput };
    pool.backward({ reads: { x, dy }, writes, mode, kernel: 3, padding: 1, stride, accumulate: true }, outer);
  }
  for (const [b, branch] of branches.entries()) {
    const scratch = new Scratch(outer);
    let index = branch.raw.length - 1;
    let dRaw = scratch.temporary(branch.raw[index]!.shape);
    addDeferred(scratch, branch.deferred, branch.raw[index]!, branch.statistics[index], dRaw);
    for (; index > 0; index--) {
      const [raw, statistics] = [branch.raw[index - 1]!, branch.statistics[index - 1]!];
      const input = normalised(scratch, raw, statistics);
      dRaw = throughNorm(
        scratch,
        raw,
        statistics,
        halfBackward(scratch, branch, index, input, dRaw, 1, dweights?.[b]),
      );
    }
    const gradient = scratch.of(halfBackward(scratch, branch, 0, x, dRaw, stride, dweights?.[b]));
    const sum = scratch.of(dinput);
    for (let i = 0; i < sum.length; i++) sum[i]! += gradient[i]!;
  }
  if (!dx) return;
  const out = memory.of(dx);
  const sum = outer.of(dinput);
  for (let i = 0; i < out.length; i++) out[i] = instruction.accumulate ? out[i]! + sum[i]! : sum[i]!;
}
