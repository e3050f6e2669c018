// The layers that a candidate operation is made of, as plain data. One description serves all: lowering to
// primitives, recognition by the fused fan, parameter names, derived networks and export.

/** `'edge'`: the stride of the edge that the operation sits on (1, or 2 where a cell reduces). */
export type LayerStride = 1 | 2 | 'edge';

/** Spatial layers pad so that stride 1 keeps H and W and stride 2 leaves ceil(H / 2) and ceil(W / 2). */
export type Layer =
  | { readonly kind: 'relu' }
  /** Dense convolution without bias, C to C channels; `kernel`: a side, or height and width. */
  | {
      readonly kind: 'convolution';
      readonly kernel: number | readonly [height: number, width: number];
      readonly stride: LayerStride;
    }
  /** Depthwise convolution without bias. */
  | {
      readonly kind: 'depthwise';
      readonly kernel: number;
      readonly stride: LayerStride;
      readonly dilation: number;
    }
  /** Batch norm, eps 1e-5; affine only in derived networks. */
  | { readonly kind: 'norm' }
  /** 3x3, padded by 1; the average excludes padding from its count. */
  | { readonly kind: 'pool'; readonly mode: 'max' | 'average'; readonly stride: LayerStride }
  /** Two 1x1 stride-2 convolutions to C/2 channels each, on x and on x shifted by a pixel, concatenated. */
  | { readonly kind: 'factorizedReduce' };

/** One column of alpha. */
export interface CandidateOperation {
  readonly name: string;
  /** `'zero'` contributes nothing at either stride (DARTS's `none`); an empty list is the identity. */
  readonly layers: readonly Layer[] | 'zero';
  /** What replaces `layers` on an edge of stride 2 (skip_connect becomes a factorized reduce). */
  readonly reduction?: readonly Layer[];
  /** In derived networks the batch norms of this operation are left out (DARTS's pools). */
  readonly normOnlyInSearch?: boolean;
}

/** The layers of an operation on an edge of the given stride. */
export function layersAt(operation: CandidateOperation, stride: 1 | 2): readonly Layer[] | 'zero' {
  return stride === 2 && operation.reduction !== undefined ? operation.reduction : operation.layers;
}

/** As `layersAt`, in a derived network: without the norms that only a search has. */
export function derivedLayersAt(operation: CandidateOperation, stride: 1 | 2): readonly Layer[] | 'zero' {
  const layers = layersAt(operation, stride);
  if (layers === 'zero' || operation.normOnlyInSearch !== true) return layers;
  return layers.filter(({ kind }) => kind !== 'norm');
}

/** A layer's stride on an edge of stride `edge`. */
export function strideOf(stride: LayerStride, edge: 1 | 2): 1 | 2 {
  return stride === 'edge' ? edge : stride;
}
