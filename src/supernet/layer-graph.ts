// Networks as arbitrary graphs of layers, in plain data: chains, motifs and blocks are converted to them. Like derived
// networks they have affine batch norms with running statistics, and are trained from scratch.

import type { Graph } from '../kernels/graph.ts';
import { add, flatten } from '../kernels/operations/add/definition.ts';
import { concat } from '../kernels/operations/concat/definition.ts';
import { convolution } from '../kernels/operations/convolution/definition.ts';
import { globalPool } from '../kernels/operations/global-pool/definition.ts';
import { linear } from '../kernels/operations/linear/definition.ts';
import { maxPool } from '../kernels/operations/pool/definition.ts';
import { relu } from '../kernels/operations/relu/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import type { Layer } from './layers.ts';
import { asFilter, lowerLayers } from './lower-layers.ts';
import type { NormForm } from './norms.ts';
import type { Parameters } from './parameters.ts';
import type { Trainable } from './trainable.ts';
import { zeros } from './zeros.ts';

/** What a vertex computes; `from`: indices of earlier vertices, 0 is the images. */
export type LayerVertex =
  /** `channels`: after the first convolution; absent: those of the source. `name` is the prefix of its weights. */
  | {
      readonly kind: 'layers';
      readonly name: string;
      readonly from: number;
      readonly layers: readonly Layer[];
      readonly channels?: number;
    }
  /**
   * Sources of other shapes are fitted to the first: every second pixel until the size fits, channels truncated or
   * padded with zeros. None of them may be smaller in height and width.
   */
  | { readonly kind: 'sum'; readonly from: readonly number[] }
  | { readonly kind: 'concat'; readonly from: readonly number[] }
  /** Zeros of the source's shape. */
  | { readonly kind: 'zeros'; readonly from: number }
  /** Unpadded windows; a remainder at the border is dropped. */
  | { readonly kind: 'maxPool'; readonly from: number; readonly kernel: number; readonly stride: number }
  /** All pixels of all channels, as features; the channels must be a multiple of 4. */
  | { readonly kind: 'flatten'; readonly from: number }
  /** A fully connected layer with ReLU, on features. */
  | { readonly kind: 'dense'; readonly name: string; readonly from: number; readonly outputs: number };

export interface LayerGraph {
  /** Vertex 1 is the first of these. The last is classified; where there are none, the images are. */
  readonly vertices: readonly LayerVertex[];
  /** Name of the classifier's weights. */
  readonly classifier: string;
}

export function layerNetwork(description: LayerGraph, classes: number): Trainable {
  return {
    paths: 0,
    build: (graph, parameters, images, norms) => ({
      logits: buildLayerGraph({ graph, parameters, norms }, description, images, classes),
    }),
  };
}

interface Context {
  readonly graph: Graph;
  readonly parameters: Parameters;
  readonly norms: NormForm;
}

/** images: [N, H, W, C]. Returns logits [N, classes]: global average pool, if the last vertex is an image, and linear. */
function buildLayerGraph(
  context: Context,
  { vertices, classifier }: LayerGraph,
  images: Tensor,
  classes: number,
): Tensor {
  const { graph, parameters } = context;
  const states: Tensor[] = [images];
  for (const [i, vertex] of vertices.entries()) states.push(build(context, vertex, states, `vertex${i + 1}`));
  const last = states.at(-1)!;
  const features = last.shape.length === 4 ? globalPool(graph, [last]) : last;
  const { weight, bias } = parameters.linear(classifier, features.shape[1]!, classes);
  return linear(graph, features, weight, bias);
}

function build(context: Context, vertex: LayerVertex, states: readonly Tensor[], name: string): Tensor {
  const { graph, parameters } = context;
  switch (vertex.kind) {
    case 'layers': {
      const x = states[vertex.from]!;
      return lowerLayers(context, vertex.layers, x, 1, vertex.name, vertex.channels, true);
    }
    case 'sum': {
      const [first, ...others] = vertex.from.map((from) => states[from]!);
      return add(graph, [first!, ...others.map((x) => fitted(context, x, first!))], name);
    }
    case 'concat':
      return concat(
        graph,
        vertex.from.map((from) => states[from]!),
        name,
      );
    case 'zeros':
      return zeros(graph, states[vertex.from]!, 1, name);
    case 'maxPool':
      return maxPool(graph, states[vertex.from]!, vertex.kernel, vertex.stride);
    case 'flatten':
      return flatten(graph, states[vertex.from]!);
    case 'dense': {
      const x = states[vertex.from]!;
      const { weight, bias } = parameters.linear(vertex.name, x.shape[1]!, vertex.outputs);
      return relu(graph, linear(graph, x, weight, bias));
    }
  }
}

/** x in the shape of `like` (Real et al. 2017, section 3.2): zeroth-order interpolation, truncation, padding by zeros. */
function fitted({ graph, parameters }: Context, x: Tensor, like: Tensor): Tensor {
  const wanted = imageShape(like);
  let y = x;
  for (;;) {
    const { h, w, c } = imageShape(y);
    if (h < wanted.h || w < wanted.w)
      throw new RangeError(`${x.name} does not become ${wanted.h}x${wanted.w} by halving`);
    const halve = h > wanted.h || w > wanted.w;
    if (!halve && c === wanted.c) return y;
    const cut = asFilter(parameters.identity(c, wanted.c));
    y = convolution(graph, y, cut, halve ? 2 : 1);
  }
}
