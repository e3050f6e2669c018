// Trainable parameters of published networks, counted without building a plan's memory.

import { Graph, PlanBuilder } from '../kernels/graph.ts';
import { buildDerived, type DerivedDescription, imageNetForm } from '../supernet/derived-network.ts';
import type { Genotype } from '../supernet/genotype/genotype.ts';
import { parseGenotype } from '../supernet/genotype/text.ts';
import { declareBatch } from '../supernet/problem/inputs.ts';
import { buildNetwork, type NetworkDescription } from '../supernet/network.ts';
import { publishedGenotypes } from '../supernet/genotype/published.ts';
import { declareAlphas, recordMixes } from '../supernet/mixes.ts';
import { buildRecurrent, declareText, type RecurrentDescription } from '../supernet/recurrent/network.ts';
import { dartsRnn, publishedRecurrentCells } from '../supernet/spaces/darts-rnn.ts';
import { Parameters } from '../supernet/parameters.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../supernet/spaces/nasbench201.ts';
import { pcDarts } from '../supernet/spaces/pc-darts.ts';

type CountedNetwork = NetworkDescription | DerivedDescription | RecurrentDescription;

/** Trainable numbers of a network for text or for images of 3 channels: a relaxed supernet, or a genotype's own. */
export function countParameters(network: CountedNetwork): number {
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const { images } = declareBatch(builder, 'counted', 1, { height: 64, width: 64, channels: 3 });
  builder.program('counted', () => {
    const graph = new Graph(builder, {});
    if ('words' in network) {
      const text = declareText(builder, 'text', { batch: 1, steps: 1, units: network.units });
      buildRecurrent(graph, parameters, network, text);
    } else if ('genotype' in network) buildDerived(graph, parameters, network, images, 'training');
    else {
      const mixes = recordMixes(graph, network.space, declareAlphas(builder, network.space));
      const form = { lowering: 'primitive', cells: { kind: 'relaxed' } } as const;
      buildNetwork(graph, parameters, network, form, images, mixes);
    }
  });
  return parameters.count();
}

interface KnownCount {
  readonly name: string;
  readonly network: CountedNetwork;
  readonly parameters: number;
}

const supernet = (
  channels: number,
  cells: number,
  parameters: number,
  space: ImageSpace = dartsCnn,
  name = 'supernet',
): KnownCount => ({
  name: `${name} C=${channels}, ${cells} cells`,
  network: { space, size: { channels, cells }, classes: 10 },
  parameters,
});

/** On CIFAR-10, with the channels and cells of Liu et al. 2019; for other sizes see `rest`. */
const published = (
  name: string,
  parameters: number,
  title = `${name}, C=36, 20 cells`,
  rest: Partial<DerivedDescription> = {},
): KnownCount => {
  const { space, text } = publishedGenotypes[name]!;
  const genotype = parseGenotype(text, space, name);
  const size = { channels: 36, cells: 20 };
  const network = { space, size, classes: 10, genotype, auxiliary: false, ...rest };
  return { name: title, network, parameters };
};

/** The same operation on all six edges of a cell. */
const uniform = (operation: string): Genotype => ({
  cell: {
    nodes: [0, 1, 2].map((node) => Array.from({ length: node + 1 }, (_, from) => ({ operation, from }))),
    concat: [3],
  },
});

const benchmark = (operation: string, parameters: number): KnownCount => ({
  name: `NAS-Bench-201, all ${operation}`,
  network: {
    space: nasbench201,
    size: { channels: 16, cells: 5 },
    classes: 10,
    genotype: uniform(operation),
    auxiliary: false,
  },
  parameters,
});

export const knownCounts: readonly KnownCount[] = [
  supernet(16, 8, 1_930_618),
  supernet(8, 4, 347_298),
  supernet(4, 3, 72_854),
  supernet(16, 8, 299_578, pcDarts, 'PC-DARTS supernet'),
  published('DARTS_V1', 3_169_414),
  published('DARTS_V2', 3_349_342),
  published('PC_DARTS', 3_634_678),
  published('NASNet_A', 3_830_950),
  published('DARTS_V2', 3_349_342 + 476_426, 'DARTS_V2 with auxiliary head, C=36, 20 cells', {
    auxiliary: true,
  }),
  published('DARTS_V2', 4_718_752, 'DARTS_V2 for ImageNet, C=48, 14 cells', {
    space: imageNetForm(dartsCnn),
    size: { channels: 48, cells: 14 },
    classes: 1000,
  }),
  benchmark('nor_conv_3x3', 1_531_546),
  benchmark('skip_connect', 73_306),
  {
    name: 'recurrent supernet, 300 units',
    network: { space: dartsRnn, words: 10_000, units: 300 },
    parameters: 4_810_000,
  },
  ...Object.entries(publishedRecurrentCells).map(([name, text]) => ({
    name: `recurrent ${name}, 850 units`,
    network: { space: dartsRnn, words: 10_000, units: 850, genotype: parseGenotype(text, dartsRnn, name) },
    parameters: 22_960_000,
  })),
];
