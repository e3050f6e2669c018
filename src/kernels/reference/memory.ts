// How reference kernels reach their operands: plain float64 views, spare lanes included.

import { extent, pitchOf, type Tensor, type Vector } from '../tensor.ts';

export interface ReferenceMemory {
  /** The elements of a tensor, rows `pitch` apart. */
  of(tensor: Tensor): Float64Array;
  /** A whole arena. */
  all(vector: Vector): Float64Array;
}

/** A target of gradients, cleared unless it is to be added to. */
export function target(memory: ReferenceMemory, tensor: Tensor, accumulate: boolean): Float64Array {
  const view = memory.of(tensor);
  if (!accumulate) view.fill(0);
  return view;
}

/** Memory with temporaries of its own on top: what composite references compose primitive ones with. */
export class Scratch implements ReferenceMemory {
  private readonly below: ReferenceMemory;
  private readonly own = new Map<Tensor, Float64Array>();

  constructor(below: ReferenceMemory) {
    this.below = below;
  }

  temporary(shape: readonly number[]): Tensor {
    const tensor: Tensor = {
      kind: 'tensor',
      id: -1,
      name: 'temporary',
      shape,
      pitch: pitchOf(shape),
      offset: 0,
    };
    this.own.set(tensor, new Float64Array(extent(tensor)));
    return tensor;
  }

  of(tensor: Tensor): Float64Array {
    return this.own.get(tensor) ?? this.below.of(tensor);
  }

  all(vector: Vector): Float64Array {
    return this.below.all(vector);
  }
}
