// Tensors and vectors of a plan: names, shapes and places, no values.

/** Channels-last. The last axis is padded to `pitch` elements; the spare lanes hold zeros, always. */
export interface Tensor {
  readonly kind: 'tensor';
  readonly id: number;
  readonly name: string;
  /** [N, H, W, C] for images; any other shape for parameters, statistics and scalars ([1]). */
  readonly shape: readonly number[];
  /** Elements from one row of the last axis to the next: the last extent rounded up to 4. */
  readonly pitch: number;
  /** The arena that holds it for good, or undefined for an activation: the plan then assigns a slab. */
  readonly arena?: string;
  /** Offset in elements within the arena. Activations: see `Program.places`. */
  readonly offset: number;
}

/** A whole arena: what optimizer steps, norms and snapshots work on, spare lanes included (they are zero). */
export interface Vector {
  readonly kind: 'vector';
  readonly arena: string;
  /** Only these elements of it: where a step trains some of the weights. */
  readonly part?: { readonly offset: number; readonly elements: number };
}

export function pitchOf(shape: readonly number[]): number {
  return Math.ceil(shape.at(-1)! / 4) * 4;
}

/** Elements that a tensor occupies, spare lanes included. */
export function extent(tensor: Pick<Tensor, 'shape' | 'pitch'>): number {
  return tensor.shape.slice(0, -1).reduce((product, size) => product * size, tensor.pitch);
}

/** Elements without spare lanes. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export interface ImageShape {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
}

/** The extents of an image tensor [N, H, W, C]; throws for any other rank. */
export function imageShape(tensor: Tensor): ImageShape {
  const [n, h, w, c, ...rest] = tensor.shape;
  if (n === undefined || h === undefined || w === undefined || c === undefined || rest.length > 0) {
    throw new RangeError(`${tensor.name} has shape [${tensor.shape.join(', ')}], not [N, H, W, C]`);
  }
  return { n, h, w, c };
}

/** Copies dense rows (no spare lanes) into a pitched block. */
export function scatterRows(
  dense: ArrayLike<number>,
  into: Float32Array | Float64Array,
  tensor: Tensor,
): void {
  const width = tensor.shape.at(-1)!;
  const rows = count(tensor.shape) / width;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) into[row * tensor.pitch + i] = dense[row * width + i]!;
  }
}

/** The inverse of `scatterRows`. */
export function gatherRows<T extends Float32Array | Float64Array>(from: T, into: T, tensor: Tensor): T {
  const width = tensor.shape.at(-1)!;
  const rows = count(tensor.shape) / width;
  for (let row = 0; row < rows; row++) {
    into.set(from.subarray(row * tensor.pitch, row * tensor.pitch + width), row * width);
  }
  return into;
}
