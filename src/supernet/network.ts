// A network out of a space's skeleton: stem, cells, head. One function builds relaxed supernets, supernets restricted
// to a genotype, and derived networks; they differ in the wiring of their cells and in their batch norms.

import type { Graph } from '../kernels/graph.ts';
import { add } from '../kernels/operations/add/definition.ts';
import { batchNorm } from '../kernels/operations/batch-norm/definition.ts';
import { convolution } from '../kernels/operations/convolution/definition.ts';
import { globalPool } from '../kernels/operations/global-pool/definition.ts';
import { linear } from '../kernels/operations/linear/definition.ts';
import { pool } from '../kernels/operations/pool/definition.ts';
import { preprocess } from '../kernels/operations/preprocess/definition.ts';
import { relu } from '../kernels/operations/relu/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import { fusedCell } from './cell-fused.ts';
import { primitiveCell } from './cell-primitive.ts';
import type { Genotype } from './genotype.ts';
import type { Layer } from './layers.ts';
import { asFilter, layerWeights, lowerLayers, type LoweringContext } from './lower-layers.ts';
import type { Parameters } from './parameters.ts';
import { type Block, expandSkeleton, type NetworkSize } from './skeleton.ts';
import type { Space } from './space.ts';
import { type CellWiring, genotypeWiring, relaxedWiring } from './wiring.ts';

export interface NetworkDescription {
  readonly space: Space;
  readonly size: NetworkSize;
  readonly classes: number;
}

export interface NetworkForm {
  /** Composite operations, or one by one. Derived networks are primitive: their batch norms are affine. */
  readonly lowering: 'fused' | 'primitive';
  /** relaxed: all operations; restricted: a genotype on the shared weights; derived: a genotype's own network. */
  readonly cells:
    | { readonly kind: 'relaxed' }
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

/**
 * images: [N, H, W, 3]; mixes: softmax(alpha) by cell kind, for relaxed cells. Gives logits [N, classes].
 */
export function buildNetwork(
  graph: Graph,
  parameters: Parameters,
  { space, size, classes }: NetworkDescription,
  form: NetworkForm,
  images: Tensor,
  mixes: Readonly<Record<string, Tensor>>,
): Tensor {
  const context: LoweringContext = { graph, parameters, affine: form.cells.kind === 'derived' };
  const { stemChannels, blocks, normBeforeHead } = expandSkeleton(space.skeleton, size);
  const stemFilter = parameters.convolution('stem.0.weight', 3, imageShape(images).c, stemChannels);
  const stem = batchNorm(
    graph,
    convolution(graph, images, stemFilter, 1),
    parameters.affine('stem.1', stemChannels),
  );
  // Every state is a virtual concatenation: tensors whose channels stand side by side.
  let [before, last]: (readonly Tensor[])[] = [[stem], [stem]];
  for (const block of blocks) {
    const next =
      block.kind === 'residual'
        ? [residual(context, block, last!)]
        : cell(context, space, form, block, [before!, last!], mixes[block.cell]);
    [before, last] = [last, next];
  }
  let features = last!;
  if (normBeforeHead) {
    const [joined] = features;
    features = [
      relu(graph, batchNorm(graph, joined!, parameters.affine('lastact.0', imageShape(joined!).c))),
    ];
  }
  const pooled = globalPool(graph, features);
  const { weight, bias } = parameters.linear('classifier', pooled.shape[1]!, classes);
  return linear(graph, pooled, weight, bias);
}

function wiringOf(space: Space, kind: string, form: NetworkForm): CellWiring {
  if (form.cells.kind === 'relaxed') return relaxedWiring(space, kind);
  return genotypeWiring(space, kind, form.cells.genotype[kind]!, form.cells.kind === 'derived');
}

function cell(
  context: LoweringContext,
  space: Space,
  form: NetworkForm,
  block: Block & { kind: 'cell' },
  states: readonly (readonly Tensor[])[],
  mix: Tensor | undefined,
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
  context: LoweringContext,
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

/** NAS-Bench-201's reduction: two 3x3 convolutions beside an average pool and a 1x1 convolution. */
function residual(
  { graph, parameters }: LoweringContext,
  { name, channels }: Block & { kind: 'residual' },
  [x]: readonly Tensor[],
): Tensor {
  const affine: LoweringContext = { graph, parameters, affine: true };
  const half = lowerLayers(affine, halvingLayers, x!, 1, `${name}.conv_a`, channels);
  const deep = lowerLayers(affine, keepingLayers, half, 1, `${name}.conv_b`, channels);
  const small = pool(graph, x!, { mode: 'average', kernel: 2, stride: 2 });
  const filter = parameters.convolution(`${name}.downsample.1.weight`, 1, imageShape(small).c, channels);
  const short = convolution(graph, small, asFilter(filter), 1);
  return add(graph, [short, deep], `${name}.sum`);
}
