// Lowers a list of layers to primitive operations.

import { convolution } from '../kernels/operations/convolution/definition.ts';
import { depthwise } from '../kernels/operations/depthwise/definition.ts';
import { factorizedReduce } from '../kernels/operations/factorized-reduce/definition.ts';
import { pool } from '../kernels/operations/pool/definition.ts';
import { relu } from '../kernels/operations/relu/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import { type Layer, strideOf } from './layers.ts';
import { type NormContext, normalise } from './norms.ts';
import type { Mix } from './mixes.ts';
import type { Parameters } from './parameters.ts';
import type { ImageSpace } from './space.ts';
import type { CellWiring } from './wiring.ts';

/** The paths of a derived network that drop path scales. */
interface DropPaths {
  /** [N, paths] */
  readonly factors: Tensor;
  /** By the full name of an operation: its column of the factors. */
  readonly columns: ReadonlyMap<string, number>;
}

export interface LayerContext extends NormContext {
  readonly paths?: DropPaths;
}

/** What lowering a cell needs besides its input states. */
export interface CellContext extends LayerContext {
  readonly space: ImageSpace;
  readonly wiring: CellWiring;
  /** Of the cell's kind; only where the wiring is mixed. */
  readonly mix?: Mix;
  /** Prefix of its parameters. */
  readonly name: string;
}

/** The parameters of a layer at position `index` of an operation called `name`, as PyTorch names them. */
export function layerWeights(
  parameters: Parameters,
  layer: Layer,
  name: string,
  index: number,
  inputs: number,
  outputs: number,
): readonly Tensor[] {
  switch (layer.kind) {
    case 'convolution':
      return [parameters.convolution(`${name}.op.${index}.weight`, layer.kernel, inputs, outputs)];
    case 'depthwise':
      return [parameters.depthwise(`${name}.op.${index}.weight`, layer.kernel, inputs)];
    case 'factorizedReduce':
      return [
        parameters.convolution(`${name}.conv_1.weight`, 1, inputs, outputs / 2),
        parameters.convolution(`${name}.conv_2.weight`, 1, inputs, outputs / 2),
      ];
    default:
      return [];
  }
}

/** A pointwise weight [I, O] as the [1, 1, I, O] of the convolution primitive: another view of the same elements. */
export function asFilter(weight: Tensor): Tensor {
  return weight.shape.length === 4 ? weight : { ...weight, shape: [1, 1, ...weight.shape] };
}

/**
 * input: [N, H, W, C]. Returns the layers' output, with `outputs` channels after the first convolution. `affine`: norms
 * have gamma and beta in a search too.
 */
export function lowerLayers(
  context: NormContext,
  layers: readonly Layer[],
  input: Tensor,
  edgeStride: 1 | 2,
  name: string,
  outputs: number = imageShape(input).c,
  affine = false,
): Tensor {
  const { graph, parameters } = context;
  let x = input;
  for (const [index, layer] of layers.entries()) {
    const weights = layerWeights(parameters, layer, name, index, imageShape(x).c, outputs);
    switch (layer.kind) {
      case 'relu':
        x = relu(graph, x);
        break;
      case 'convolution':
        x = convolution(graph, x, asFilter(weights[0]!), strideOf(layer.stride, edgeStride));
        break;
      case 'depthwise':
        x = depthwise(graph, x, weights[0]!, strideOf(layer.stride, edgeStride), layer.dilation);
        break;
      case 'factorizedReduce':
        x = factorizedReduce(graph, x, weights[0]!, weights[1]!);
        break;
      case 'pool':
        x = pool(graph, x, { mode: layer.mode, kernel: 3, stride: strideOf(layer.stride, edgeStride) });
        break;
      case 'norm': {
        const norm = layers[index - 1]?.kind === 'factorizedReduce' ? `${name}.bn` : `${name}.op.${index}`;
        x = normalise(context, x, norm, affine);
        break;
      }
    }
  }
  return x;
}
