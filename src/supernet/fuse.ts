// Recognises the operations that the fused `fan` supports. Any other is lowered to primitives and added to the node as
// another term.

import type { BranchKind, DepthwiseHalf } from '../kernels/operations/fan/types.ts';
import type { Layer } from './layers.ts';

export type Fused =
  | { readonly kind: 'none' }
  | { readonly kind: 'identity' }
  | { readonly kind: 'pool'; readonly mode: 'max' | 'average'; readonly normalised: boolean }
  /** `weighted`: positions of the layers that carry the branch's weights, in order. */
  | { readonly kind: 'branch'; readonly branch: BranchKind; readonly weighted: readonly number[] }
  | { readonly kind: 'primitive' };

const primitive: Fused = { kind: 'primitive' };

export function recognise(layers: readonly Layer[] | 'zero'): Fused {
  if (layers === 'zero') return { kind: 'none' };
  const [first, second, third, ...rest] = layers;
  if (first === undefined) return { kind: 'identity' };
  if (first.kind === 'pool' && first.stride === 'edge' && third === undefined) {
    if (second === undefined || second.kind === 'norm') {
      return { kind: 'pool', mode: first.mode, normalised: second !== undefined };
    }
  }
  if (first.kind !== 'relu' || second === undefined || third === undefined) return primitive;
  if (third.kind === 'norm' && rest.length === 0) {
    if (second.kind === 'factorizedReduce')
      return { kind: 'branch', branch: { kind: 'reduce' }, weighted: [1] };
    if (second.kind === 'convolution' && second.stride === 'edge') {
      const { kernel } = second;
      if (typeof kernel === 'number')
        return { kind: 'branch', branch: { kind: 'dense', kernel }, weighted: [1] };
    }
  }
  return recogniseSeparable(layers);
}

/** One or two times ReLU, depthwise, 1x1, norm; the first depthwise takes the edge's stride. */
function recogniseSeparable(layers: readonly Layer[]): Fused {
  if (layers.length !== 4 && layers.length !== 8) return primitive;
  const halves: DepthwiseHalf[] = [];
  const weighted: number[] = [];
  for (let at = 0; at < layers.length; at += 4) {
    const [relu, depthwise, pointwise, norm] = layers.slice(at, at + 4);
    if (relu?.kind !== 'relu' || norm?.kind !== 'norm') return primitive;
    if (depthwise?.kind !== 'depthwise' || depthwise.stride !== (at === 0 ? 'edge' : 1)) return primitive;
    if (pointwise?.kind !== 'convolution' || pointwise.kernel !== 1 || pointwise.stride !== 1)
      return primitive;
    halves.push({ kernel: depthwise.kernel, dilation: depthwise.dilation });
    weighted.push(at + 1, at + 2);
  }
  return { kind: 'branch', branch: { kind: 'separable', halves }, weighted };
}
