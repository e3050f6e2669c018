// The branches of a fan that are not separable convolutions, on webgpu: the kernels of the primitive operations, which
// read ReLU of the state instead of x.
import { extent, type Tensor } from '../../../tensor.ts';
import type { Dispatch, DispatchContext, Workspace } from '../../../webgpu/dispatch.ts';
import * as convolution from '../../convolution/webgpu/lower.ts';
import * as factorizedReduce from '../../factorized-reduce/webgpu/lower.ts';
import type { FanBackward, FanBranch, FanForward } from '../types.ts';
import rectifiedShader from './rectified.wgsl';

function onRectified(dispatch: Dispatch): Dispatch {
  if (dispatch.reads['x'] === undefined) return dispatch;
  const { x, ...reads } = dispatch.reads;
  return { ...dispatch, shader: `${rectifiedShader}\n${dispatch.shader}`, reads: { ...reads, state: x } };
}

function branchForward(x: Tensor, branch: FanBranch, y: Tensor, stride: 1 | 2): Dispatch[] {
  const [first, second] = branch.weights;
  switch (branch.kind) {
    case 'separable':
      return [];
    case 'dense':
      return convolution.forward({ reads: { x, weight: first! }, writes: { y }, stride });
    case 'reduce':
      return factorizedReduce.forward({ reads: { x, first: first!, second: second! }, writes: { y } });
  }
}

export function denseForward(
  { x, branches }: FanForward['reads'],
  writes: FanForward['writes'],
  stride: 1 | 2,
): Dispatch[] {
  return branches
    .flatMap((branch, b) => branchForward(x, branch, writes.branches[b]!.raw[0]!, stride))
    .map(onRectified);
}

/** The backward of the primitive operation; the branch's output holds the place of its gradient. */
function branchBackward(
  { reads: { x }, writes, stride }: FanBackward,
  branch: FanBackward['reads']['branches'][number],
  dweights: readonly Tensor[] | undefined,
  context: DispatchContext,
): Dispatch[] {
  const [first, second] = branch.weights;
  const dy = branch.raw[0]!;
  const dx = writes.dx && { dx: writes.dx };
  if (branch.kind === 'reduce') {
    const gradients = dweights && { dfirst: dweights[0]!, dsecond: dweights[1]! };
    const reads = { x, first: first!, second: second!, dy };
    return factorizedReduce.backward({ reads, writes: { ...dx, ...gradients }, accumulate: false }, context);
  }
  const gradients = dweights && { dweight: dweights[0]! };
  const reads = { x, weight: first!, dy };
  return convolution.backward({ reads, writes: { ...dx, ...gradients }, stride, accumulate: false }, context);
}

/** A second stage, which runs after all first stages. */
function readsPartials({ reads: { partials } }: Dispatch): boolean {
  return partials !== undefined;
}

/** dRawOf: the gradient of a branch's output. `inputs`: gradients of the rectified state, if dx is wanted. */
export function denseBackward(
  instruction: FanBackward,
  dRawOf: (branch: number) => Workspace,
  context: DispatchContext,
): { inputs: Workspace[]; stages: (readonly Dispatch[])[] } {
  const { reads, writes } = instruction;
  const inputs: Workspace[] = [];
  const dispatches = reads.branches.flatMap((branch, b) => {
    if (branch.kind === 'separable') return [];
    const dx = context.workspace(extent(reads.x));
    if (writes.dx) inputs.push(dx);
    return branchBackward(instruction, branch, writes.dweights?.[b], context).map((dispatch): Dispatch => {
      const operands = {
        reads: { ...dispatch.reads, ...(dispatch.reads['dy'] && { dy: dRawOf(b) }) },
        writes: { ...dispatch.writes, ...(dispatch.writes['dx'] && { dx }) },
      };
      return onRectified({ ...dispatch, ...operands });
    });
  });
  return {
    inputs,
    stages: [dispatches.filter((one) => !readsPartials(one)), dispatches.filter(readsPartials)],
  };
}
