// Trainable parameters of published networks, counted without building a plan's memory.

import { Graph, PlanBuilder } from '../kernels/graph.ts';
import type { Genotype } from '../supernet/genotype.ts';
import { parseGenotype } from '../supernet/genotype-text.ts';
import { declareBatch } from '../supernet/inputs.ts';
import { buildNetwork, type NetworkDescription, type NetworkForm } from '../supernet/network.ts';
import { softmax } from '../kernels/operations/softmax/definition.ts';
import { Parameters } from '../supernet/parameters.ts';
import { edgesOf } from '../supernet/space.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../supernet/spaces/nasbench201.ts';

/** Trainable numbers of a network for images of 3 channels, the auxiliary head excluded. */
export function countParameters(network: NetworkDescription, cells: NetworkForm['cells']): number {
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const { images } = declareBatch(builder, 'counted', 1, { height: 32, width: 32, channels: 3 });
  builder.program('counted', () => {
    const graph = new Graph(builder, {});
    const mixes = Object.entries(network.space.cells).map(([kind, cell]) => {
      const shape = [edgesOf(cell).length, network.space.operations.length];
      return [kind, softmax(graph, builder.persistent('alphas', kind, shape))] as const;
    });
    buildNetwork(
      graph,
      parameters,
      network,
      { lowering: 'primitive', cells },
      images,
      Object.fromEntries(mixes),
    );
  });
  return parameters.count();
}

export interface KnownCount {
  readonly name: string;
  readonly network: NetworkDescription;
  readonly cells: NetworkForm['cells'];
  readonly parameters: number;
}

const supernet = (channels: number, cells: number, parameters: number): KnownCount => ({
  name: `supernet C=${channels}, ${cells} cells`,
  network: { space: dartsCnn, size: { channels, cells }, classes: 10 },
  cells: { kind: 'relaxed' },
  parameters,
});

const derivedDarts = (name: string, text: string, parameters: number): KnownCount => ({
  name: `${name}, C=36, 20 cells`,
  network: { space: dartsCnn, size: { channels: 36, cells: 20 }, classes: 10 },
  cells: { kind: 'derived', genotype: parseGenotype(text, dartsCnn, name) },
  parameters,
});

/** The same operation on all six edges of a cell. */
const uniform = (operation: string): Genotype => ({
  cell: {
    nodes: [0, 1, 2].map((node) => Array.from({ length: node + 1 }, (_, from) => ({ operation, from }))),
    concat: [3],
  },
});

const benchmark = (operation: string, parameters: number): KnownCount => ({
  name: `NAS-Bench-201, all ${operation}`,
  network: { space: nasbench201, size: { channels: 16, cells: 5 }, classes: 10 },
  cells: { kind: 'derived', genotype: uniform(operation) },
  parameters,
});

// The two genotypes of Liu et al. 2019: first order and second order.
const dartsV1 =
  "Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_3x3', 1), " +
  "('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 2)], " +
  "normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), " +
  "('max_pool_3x3', 0), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('avg_pool_3x3', 0)], " +
  'reduce_concat=[2, 3, 4, 5])';
const dartsV2 =
  "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), " +
  "('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], " +
  "normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), " +
  "('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], " +
  'reduce_concat=[2, 3, 4, 5])';

export const knownCounts: readonly KnownCount[] = [
  supernet(16, 8, 1_930_618),
  supernet(8, 4, 347_298),
  supernet(4, 3, 72_854),
  derivedDarts('DARTS_V1', dartsV1, 3_169_414),
  derivedDarts('DARTS_V2', dartsV2, 3_349_342),
  benchmark('nor_conv_3x3', 1_531_546),
  benchmark('skip_connect', 73_306),
];
