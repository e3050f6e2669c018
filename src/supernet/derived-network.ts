// A genotype's own network, to be trained from scratch (Liu et al. 2019, section 3.2): affine batch norms with running
// statistics, no norm after pools, and optionally an auxiliary head and drop path.

import { MixopError } from '../base/errors.ts';
import type { Graph } from '../kernels/graph.ts';
import { convolution } from '../kernels/operations/convolution/definition.ts';
import { globalPool } from '../kernels/operations/global-pool/definition.ts';
import { linear } from '../kernels/operations/linear/definition.ts';
import { cornerPool } from '../kernels/operations/pool/definition.ts';
import { relu } from '../kernels/operations/relu/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import type { Genotype } from './genotype/genotype.ts';
import { checkGenotype } from './genotype/check.ts';
import type { ImageSize } from './problem/inputs.ts';
import { layersAt } from './layers.ts';
import { asFilter, type LayerContext } from './lower-layers.ts';
import { buildBlocks, buildHead, type NetworkDescription, type State } from './network.ts';
import { type NormForm, normalise } from './norms.ts';
import type { Parameters } from './parameters.ts';
import { expandSkeleton } from './skeleton.ts';
import type { ImageSpace } from './space.ts';
import type { Trainable, TrainableOutputs } from './trainable.ts';
import { genotypeWiring } from './wiring.ts';

export interface DerivedDescription extends NetworkDescription {
  readonly genotype: Genotype;
  /** A second classifier after the second reduction, in training only. */
  readonly auxiliary: boolean;
}

/** The space with the ImageNet stem. Throws a `MixopError` where its skeleton is not that of DARTS. */
export function imageNetForm(space: ImageSpace): ImageSpace {
  const { skeleton } = space;
  if (skeleton.kind === 'darts') return { ...space, skeleton: { ...skeleton, stem: 'halving' } };
  const remedy = 'leave it at cifar';
  throw new MixopError('config', 'form', `${space.name} has no form for ImageNet`, remedy);
}

/** Throws a `MixopError` for what cannot be built: a genotype of another space, sizes that do not fit each other. */
export function checkDerived(description: DerivedDescription, image: ImageSize): void {
  const { space, size, genotype, auxiliary } = description;
  checkGenotype(genotype, space);
  const { height, width } = image;
  const { reductions } = expandSkeleton(space.skeleton, size);
  const minSide = 2 ** reductions;
  if (Math.min(height, width) < minSide) {
    const problem = `images of ${height}x${width} cannot be halved ${reductions} times`;
    throw refused(
      'data',
      problem,
      `use images of ${minSide}x${minSide} at least, or another form of the network`,
    );
  }
  const { skeleton } = space;
  if (skeleton.kind === 'darts' && skeleton.stem === 'halving' && size.channels % 2 !== 0)
    throw refused('channels', `${size.channels} is odd`, 'the form for ImageNet needs an even number');
  if (!auxiliary) return;
  if (skeleton.kind !== 'darts')
    throw refused('auxiliary', `${space.name} has no auxiliary head`, 'leave it out');
  if (height !== width)
    throw refused('auxiliary', `images of ${height}x${width} are not square`, 'leave it out');
}

function refused(place: string, problem: string, remedy: string): MixopError {
  return new MixopError('config', place, problem, remedy);
}

/**
 * images: [N, H, W, C]; factors: [N, paths] of `dropPathNames`, in training with drop path only.
 * The auxiliary head exists in training only.
 */
export function buildDerived(
  graph: Graph,
  parameters: Parameters,
  description: DerivedDescription,
  images: Tensor,
  norms: Exclude<NormForm, 'search'>,
  factors?: Tensor,
): TrainableOutputs {
  const { space, size, genotype, auxiliary } = description;
  const columns = new Map(dropPathNames(description).map((name, column) => [name, column]));
  const context: LayerContext = {
    graph,
    parameters,
    norms,
    ...(factors && { paths: { factors, columns } }),
  };
  const form = { lowering: 'primitive', cells: { kind: 'derived', genotype } } as const;
  const states = buildBlocks(context, description, form, images, {});
  const logits = buildHead(context, description, states.at(-1)!);
  if (!auxiliary || norms === 'evaluation') return { logits };
  const halving = space.skeleton.kind === 'darts' && space.skeleton.stem === 'halving';
  const from = states[Math.floor((2 * size.cells) / 3)]!;
  return { logits, auxiliary: auxiliaryHead(context, from, description.classes, !halving) };
}

export function derivedNetwork(description: DerivedDescription): Trainable {
  return {
    paths: dropPathNames(description).length,
    build: (graph, parameters, images, norms, factors) =>
      buildDerived(graph, parameters, description, images, norms, factors),
  };
}

/** Full names of the operations that drop path may drop: all but identities of stride 1 and `none`. */
function dropPathNames({ space, size, genotype }: DerivedDescription): readonly string[] {
  return expandSkeleton(space.skeleton, size).blocks.flatMap((block) => {
    if (block.kind !== 'cell') return [];
    const { edges } = genotypeWiring(space, block.cell, genotype[block.cell]!, true);
    return edges.flatMap(({ stride, operations }) =>
      operations.flatMap(({ column, name }) => {
        const layers = layersAt(space.operations[column]!, stride);
        return layers === 'zero' || layers.length === 0 ? [] : [`${block.name}.${name}`];
      }),
    );
  });
}

/**
 * ReLU, averages of the four corners, 1x1 to 128 channels, norm, ReLU, 2x2 to 768 channels without padding, norm,
 * ReLU, linear. The published code leaves the second norm out for ImageNet (`lastNorm` false).
 */
function auxiliaryHead(context: LayerContext, [state]: State, classes: number, lastNorm: boolean): Tensor {
  const { graph, parameters } = context;
  const head = 'auxiliary_head.features';
  const pooled = cornerPool(graph, relu(graph, state!));
  const first = parameters.convolution(`${head}.2.weight`, 1, imageShape(pooled).c, 128);
  const narrow = relu(
    graph,
    normalise(context, convolution(graph, pooled, asFilter(first), 1), `${head}.3`, true),
  );
  const wide = convolution(graph, narrow, parameters.convolution(`${head}.5.weight`, 2, 128, 768), 2);
  const features = relu(graph, lastNorm ? normalise(context, wide, `${head}.6`, true) : wide);
  const { weight, bias } = parameters.linear('auxiliary_head.classifier', 768, classes);
  return linear(graph, globalPool(graph, [features]), weight, bias);
}
