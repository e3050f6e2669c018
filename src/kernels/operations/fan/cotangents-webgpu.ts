// Cotangents as the webgpu kernels of a fan read them.
import type { Tensor } from '../../tensor.ts';
import type { Operand } from '../../webgpu/dispatch.ts';
import type { TermCotangent } from './nodes.ts';

/** As a node leaves it, or as this fan does for a half that is followed by another. */
export interface Cotangent {
  readonly dy: Operand;
  readonly mix?: Tensor;
  /** Element of mix. */
  readonly place: number;
  readonly total?: Operand;
  readonly dots?: Operand;
}

export function cotangentOf({ dy, mix, row, column, total, dots }: TermCotangent): Cotangent {
  return {
    dy,
    ...(mix && { mix }),
    place: row * (mix?.pitch ?? 0) + column,
    ...(total && { total }),
    ...(dots && { dots }),
  };
}

/** What cotangent.wgsl reads; where something is absent, dy stands in for it. */
export function cotangentOperands(cotangents: readonly Cotangent[]) {
  return {
    dys: cotangents.map(({ dy }) => dy),
    mixes: cotangents.map(({ mix, dy }) => mix ?? dy),
    totals: cotangents.map(({ total, dy }) => total ?? dy),
    dots: cotangents.map(({ dots, dy }) => dots ?? dy),
  };
}

export function cotangentWords(cotangents: readonly Cotangent[]) {
  return {
    weighted: cotangents.map(({ mix }) => Number(mix !== undefined)),
    place: cotangents.map(({ place }) => place),
  };
}
