// Deferred gradients as the webgpu kernels of a fan read them.
import type { DeferredGradient } from '../../../deferred-gradient.ts';
import type { Tensor } from '../../../tensor.ts';
import type { Operand } from '../../../webgpu/dispatch.ts';

/** Left by a node, or by this fan for a half that is followed by another. */
export interface DeferredOperands {
  readonly dy: Operand;
  readonly mix?: Tensor;
  /** Element of mix. */
  readonly place: number;
  readonly sumDy?: Operand;
  readonly sumDyXhat?: Operand;
}

export function deferredOf({ dy, mix, row, column, sumDy, sumDyXhat }: DeferredGradient): DeferredOperands {
  return {
    dy,
    ...(mix && { mix }),
    place: row * (mix?.pitch ?? 0) + column,
    ...(sumDy && { sumDy }),
    ...(sumDyXhat && { sumDyXhat }),
  };
}

/** What deferred.wgsl reads; where an operand is absent, dy is bound in its place. */
export function deferredOperands(deferredGradients: readonly DeferredOperands[]) {
  return {
    dys: deferredGradients.map(({ dy }) => dy),
    mixes: deferredGradients.map(({ mix, dy }) => mix ?? dy),
    sumDys: deferredGradients.map(({ sumDy, dy }) => sumDy ?? dy),
    sumDyXhats: deferredGradients.map(({ sumDyXhat, dy }) => sumDyXhat ?? dy),
  };
}

export function deferredWords(deferredGradients: readonly DeferredOperands[]) {
  return {
    weighted: deferredGradients.map(({ mix }) => Number(mix !== undefined)),
    place: deferredGradients.map(({ place }) => place),
  };
}
