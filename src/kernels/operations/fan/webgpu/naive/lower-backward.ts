// A fan on webgpu by the first rung of each kernel, backward: branch by branch, from the last half to the first.
import { extent, type Tensor } from '../../../../tensor.ts';
import type { Dispatch, DispatchContext, Operand, Workspace } from '../../../../webgpu/dispatch.ts';
import reluShader from '../../../relu/webgpu/backward.wgsl';
import type { FanBackward } from '../../types.ts';
import { type DeferredOperands, deferredOf } from '../deferred.ts';
import { denseBackward } from '../dense.ts';
import { sizesOf } from '../halves.ts';
import depthwiseInputShader from './depthwise-input.wgsl';
import depthwiseWeightsShader from './depthwise-weights.wgsl';
import gradientSumsShader from './gradient-sums.wgsl';
import pointInputShader from './point-input.wgsl';
import pointWeightsShader from './point-weights.wgsl';
import poolInputShader from './pool-input.wgsl';
import rawGradientShader from './raw-gradient.wgsl';
import { depthwise, naive, type Step, stepAt } from './steps.ts';
import xhatShader from './xhat.wgsl';

type Branch = FanBackward['reads']['branches'][number];

/** The gradient of an output before its batch norm. */
function rawGradient(
  { dy, mix, place, sumDy, sumDyXhat }: DeferredOperands,
  raw: Tensor,
  statistics: Tensor | undefined,
  dRaw: Operand,
  accumulate: boolean,
): Dispatch {
  const { words, pixels, c4 } = sizesOf(raw, 1);
  const operands = {
    reads: { raw, statistics, dy, mix, sumDy, sumDyXhat },
    writes: { dRaw },
    words: { ...words, place },
    constants: { ACCUMULATE: accumulate },
  };
  return naive(rawGradientShader, operands, pixels * c4);
}

/** Between the 1x1 and the depthwise convolution of a half: the gradient there, and those of both weights. */
function throughPoint(
  step: Step,
  dRaw: Workspace,
  dweights: readonly Tensor[] | undefined,
  context: DispatchContext,
): { dbetween: Workspace; dispatches: readonly Dispatch[] } {
  const { half, reads, words, outputs } = step;
  const dbetween = context.workspace(4 * outputs);
  const operands = { reads: { dRaw, point: half.point }, writes: { dbetween }, words };
  const input = naive(pointInputShader, operands, outputs);
  if (dweights === undefined) return { dbetween, dispatches: [input] };
  const [ddepth, dpoint] = [dweights[0]!, dweights[1]!];
  const between = context.workspace(4 * outputs);
  const point = { reads: { between, dRaw }, writes: { dpoint }, words };
  const depth = { reads: { ...reads, dbetween }, writes: { ddepth }, words };
  return {
    dbetween,
    dispatches: [
      input,
      depthwise(step, between),
      naive(pointWeightsShader, point, extent(dpoint) / 4),
      naive(`${xhatShader}\n${depthwiseWeightsShader}`, depth, extent(ddepth) / 4),
    ],
  };
}

/** The gradient of what a half reads, before ReLU. */
function depthwiseInput(
  { half, reads, words, inputs }: Step,
  dbetween: Workspace,
  dinput: Operand,
  accumulate: boolean,
): Dispatch {
  const operands = { reads: { ...reads, dbetween, depth: half.depth }, writes: { dinput }, words };
  const constants = { ACCUMULATE: accumulate };
  return naive(`${xhatShader}\n${depthwiseInputShader}`, { ...operands, constants }, inputs);
}

/** A separable branch: its weights' gradients, and its part of dx. */
function separable(
  { reads: { x }, stride }: FanBackward,
  branch: Branch,
  dweights: readonly Tensor[] | undefined,
  dx: { readonly tensor: Tensor; readonly accumulate: boolean } | undefined,
  context: DispatchContext,
): readonly Dispatch[] {
  const dispatches: Dispatch[] = [];
  let deferred = deferredOf(branch.deferred);
  for (let index = branch.raw.length - 1; index >= 0; index--) {
    const step = stepAt(x, branch, branch, index, stride);
    const dRaw = context.workspace(4 * step.outputs);
    const point = throughPoint(step, dRaw, dweights?.slice(2 * index), context);
    dispatches.push(
      rawGradient(deferred, branch.raw[index]!, branch.statistics[index], dRaw, false),
      ...point.dispatches,
    );
    if (index === 0) {
      if (dx) dispatches.push(depthwiseInput(step, point.dbetween, dx.tensor, dx.accumulate));
      continue;
    }
    const c4 = x.pitch / 4;
    const dinput = context.workspace(4 * step.inputs);
    const [sumDy, sumDyXhat] = [context.workspace(x.pitch), context.workspace(x.pitch)];
    const sums = { reads: { ...step.reads, dinput }, writes: { sumDy, sumDyXhat }, words: step.words };
    dispatches.push(
      depthwiseInput(step, point.dbetween, dinput, false),
      naive(`${xhatShader}\n${gradientSumsShader}`, sums, c4),
    );
    deferred = { dy: dinput, place: 0, sumDy, sumDyXhat };
  }
  return dispatches;
}

function pools({ reads, stride }: FanBackward, addTo: AddTo, context: DispatchContext): readonly Dispatch[] {
  const { x } = reads;
  const { words, pixels, c4 } = sizesOf(x, stride);
  return reads.pools.flatMap(({ mode, y, statistics, deferredGradients }) => {
    if (deferredGradients.length === 0) return [];
    const dy = context.workspace(4 * pixels * c4);
    const gradients = deferredGradients.map((deferred, index) =>
      rawGradient(deferredOf(deferred), y, statistics, dy, index > 0),
    );
    const pooled = { ...words, stride, maximum: Number(mode === 'max') };
    return [
      ...gradients,
      ...addTo((dx, accumulate) => {
        const operands = { reads: { x, dy }, writes: { dx }, words: pooled };
        return naive(poolInputShader, { ...operands, constants: { ACCUMULATE: accumulate } }, extent(x) / 4);
      }),
    ];
  });
}

/** Makes the dispatch that adds to dx, if dx is wanted; the first one overwrites it unless the fan accumulates. */
type AddTo = (make: (dx: Tensor, accumulate: boolean) => Dispatch) => readonly Dispatch[];

export function backward(instruction: FanBackward, context: DispatchContext): readonly Dispatch[] {
  const { reads, writes } = instruction;
  const { x, branches, identities } = reads;
  let { accumulate } = instruction;
  const addTo: AddTo = (make) => {
    if (writes.dx === undefined) return [];
    const dispatch = make(writes.dx, accumulate);
    accumulate = true;
    return [dispatch];
  };
  const dispatches = identities.flatMap((identity) =>
    addTo((dx, adds) => rawGradient(deferredOf(identity), x, undefined, dx, adds)),
  );
  dispatches.push(...pools(instruction, addTo, context));
  const dRaws = branches.map(({ raw }) => context.workspace(extent(raw[0]!)));
  for (const [b, branch] of branches.entries()) {
    if (branch.kind === 'separable') {
      const dx = writes.dx && { tensor: writes.dx, accumulate };
      if (dx) accumulate = true;
      dispatches.push(...separable(instruction, branch, writes.dweights?.[b], dx, context));
    } else {
      const gradient = deferredOf(branch.deferred);
      dispatches.push(rawGradient(gradient, branch.raw[0]!, branch.statistics[0], dRaws[b]!, false));
    }
  }
  const dense = denseBackward(instruction, (branch) => dRaws[branch]!, context);
  dispatches.push(...dense.stages.flat());
  for (const dy of dense.inputs) {
    const through = addTo((dx, adds) =>
      naive(reluShader, { reads: { x, dy }, writes: { dx }, constants: { ACCUMULATE: adds } }, extent(x) / 4),
    );
    dispatches.push(...through);
  }
  return dispatches;
}
