// A network built from a space's skeleton: stem, cells, head. One function builds relaxed supernets, supernets restricted
// to a genotype, and derived networks; they differ in the wiring of their cells and in their batch norms.

import type { Graph } from '../kernels/graph.ts';
import { add } from '../kernels/operations/add/definition.ts';
import { convolution } from '../kernels/operations/convolution/definition.ts';
import { globalPool } from '../kernels/operations/global-pool/definition.ts';
import { linear } from '../kernels/operations/linear/definition.ts';
import { pool } from '../kernels/operations/pool/definition.ts';
import { preprocess } from '../kernels/operations/preprocess/definition.ts';
import { relu } from '../kernels/operations/relu/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import { fusedCell } from './cell-fused.ts';
import { primitiveCell } from './cell-primitive.ts';
import type { Genotype } from './genotype/genotype.ts';
import type { Layer } from './layers.ts';
import { asFilter, layerWeights, lowerLayers, type LayerContext } from './lower-layers.ts';
import { normalise } from './norms.ts';
import type { Mix } from './mixes.ts';
import type { Parameters } from './parameters.ts';
import { type Block, expandSkeleton, type NetworkSize } from './skeleton.ts';
import type { ImageSpace } from './space.ts';
import {
  type CellWiring,
  genotypeWiring,
  type KeptOperations,
  partialWiring,
  relaxedWiring,
} from './wiring.ts';

export interface NetworkDescription {
  readonly space: ImageSpace;
  readonly size: NetworkSize;
  readonly classes: number;
}

export interface NetworkForm {
  /** Composite or primitive operations. Derived networks are primitive: their batch norms are affine. */
  readonly lowering: 'fused' | 'primitive';
  /**
   * relaxed: all operations; partial, restricted: some operations or a genotype, on the shared weights; derived: a
   * genotype's own network.
   */
  readonly cells:
    | { readonly kind: 'relaxed' }
    | { readonly kind: 'partial'; readonly kept: KeptOperations }
    | { readonly kind: 'restricted' | 'derived'; readonly genotype: Genotype };
}

const pointwiseLayers: readonly Layer[] = [
  { kind: 'relu' },
  { kind: 'convolution', kernel: 1, stride: 1 },
  { kind: 'norm' },
];
const reduceLayers: readonly Layer[] = [{ kind: 'relu' }, { kind: 'factorizedReduce' }, { kind: 'norm' }];
const halvingLayers: readonly Layer[] = [
  { kind: 'relu' },
  { kind: 'convolution', kernel: 3, stride: 2 },
  { kind: 'norm' },
];
const keepingLayers: readonly Layer[] = [
  { kind: 'relu' },
  { kind: 'convolution', kernel: 3, stride: 1 },
  { kind: 'norm' },
];

/** A state is a virtual concatenation of tensors by channels. */
export type State = readonly Tensor[];

/**
 * images: [N, H, W, C]; mixes: by cell kind, for relaxed cells. Returns logits [N, classes].
 */
export function buildNetwork(
  graph: Graph,
  parameters: Parameters,
  network: NetworkDescription,
  form: NetworkForm,
  images: Tensor,
  mixes: Readonly<Record<string, Mix>>,
): Tensor {
  const context: LayerContext = { graph, parameters, norms: 'search' };
  const states = buildBlocks(context, network, form, images, mixes);
  return buildHead(context, network, states.at(-1)!);
}

/** The stem and all blocks. Returns the output of each block, in order. */
export function buildBlocks(
  context: LayerContext,
  { space, size }: NetworkDescription,
  form: NetworkForm,
  images: Tensor,
  mixes: Readonly<Record<string, Mix>>,
): readonly State[] {
  const { skeleton } = space;
  const { stemChannels, blocks } = expandSkeleton(skeleton, size);
  const build = skeleton.kind === 'darts' && skeleton.stem === 'halving' ? halvingStem : stem;
  let [before, last] = build(context, images, stemChannels);
  return blocks.map((block) => {
    const next =
      block.kind === 'residual'
        ? [residual(context, block, last)]
        : cell(context, space, form, block, [before, last], mixes[block.cell]);
    [before, last] = [last, next];
    return next;
  });
}

/** Global pool and linear layer, in NAS-Bench-201 after a norm and ReLU. Returns logits [N, classes]. */
export function buildHead(
  context: LayerContext,
  { space, size, classes }: NetworkDescription,
  state: State,
): Tensor {
  const { graph, parameters } = context;
  const { normBeforeHead } = expandSkeleton(space.skeleton, size);
  const features = normBeforeHead ? [relu(graph, normalise(context, state[0]!, 'lastact.0', true))] : state;
  const pooled = globalPool(graph, features);
  const { weight, bias } = parameters.linear('classifier', pooled.shape[1]!, classes);
  return linear(graph, pooled, weight, bias);
}

/** One convolution; its output is both inputs of the first cell. */
function stem(context: LayerContext, images: Tensor, channels: number): [State, State] {
  const filter = context.parameters.convolution('stem.0.weight', 3, imageShape(images).c, channels);
  const state = [normalise(context, convolution(context.graph, images, filter, 1), 'stem.1', true)];
  return [state, state];
}

/** Three 3x3 convolutions of stride 2, to C/2, C and C channels. Returns the states at 1/4 and 1/8 of the image's side. */
function halvingStem(context: LayerContext, images: Tensor, channels: number): [State, State] {
  const { graph, parameters } = context;
  const halve = (x: Tensor, outputs: number, filter: string, norm: string): Tensor => {
    const weight = parameters.convolution(filter, 3, imageShape(x).c, outputs);
    return normalise(context, convolution(graph, x, weight, 2), norm, true);
  };
  const half = halve(images, Math.floor(channels / 2), 'stem0.0.weight', 'stem0.1');
  const quarter = halve(relu(graph, half), channels, 'stem0.3.weight', 'stem0.4');
  const eighth = halve(relu(graph, quarter), channels, 'stem1.1.weight', 'stem1.2');
  return [[quarter], [eighth]];
}

function wiringOf(space: ImageSpace, kind: string, form: NetworkForm): CellWiring {
  if (form.cells.kind === 'relaxed') return relaxedWiring(space, kind);
  if (form.cells.kind === 'partial') return partialWiring(space, kind, form.cells.kept);
  return genotypeWiring(space, kind, form.cells.genotype[kind]!, form.cells.kind === 'derived');
}

function cell(
  context: LayerContext,
  space: ImageSpace,
  form: NetworkForm,
  block: Block & { kind: 'cell' },
  states: readonly State[],
  mix: Mix | undefined,
): readonly Tensor[] {
  const wiring = wiringOf(space, block.cell, form);
  const inputs =
    wiring.inputs === 1
      ? states.at(-1)!
      : states.map((parts, i) =>
          preprocessed(context, form, block, parts, i, i === 0 && block.afterReduction),
        );
  const cellContext = { ...context, space, wiring, ...(mix && { mix }), name: block.name };
  return form.lowering === 'fused' ? fusedCell(cellContext, inputs) : primitiveCell(cellContext, inputs);
}

function preprocessed(
  context: LayerContext,
  form: NetworkForm,
  { name: cellName, channels }: Block & { kind: 'cell' },
  parts: readonly Tensor[],
  index: number,
  reduce: boolean,
): Tensor {
  const layers = reduce ? reduceLayers : pointwiseLayers;
  const name = `${cellName}.preprocess${index}`;
  if (form.lowering === 'primitive') return lowerLayers(context, layers, parts[0]!, 1, name, channels);
  const inputs = parts.reduce((sum, part) => sum + imageShape(part).c, 0);
  const weights = layerWeights(context.parameters, layers[1]!, name, 1, inputs, channels);
  return preprocess(context.graph, parts, weights);
}

/** NAS-Bench-201's reduction: two 3x3 convolutions plus a shortcut of an average pool and a 1x1 convolution. */
function residual(
  context: LayerContext,
  { name, channels }: Block & { kind: 'residual' },
  [x]: State,
): Tensor {
  const { graph, parameters } = context;
  const half = lowerLayers(context, halvingLayers, x!, 1, `${name}.conv_a`, channels, true);
  const deep = lowerLayers(context, keepingLayers, half, 1, `${name}.conv_b`, channels, true);
  const small = pool(graph, x!, { mode: 'average', kernel: 2, stride: 2 });
  const filter = parameters.convolution(`${name}.downsample.1.weight`, 1, imageShape(small).c, channels);
  const short = convolution(graph, small, asFilter(filter), 1);
  return add(graph, [short, deep], `${name}.sum`);
}
