// Published cells by name, in the text form of their papers' code. The last three are in the form in which DARTS
// retrained them.

import type { ImageSpace } from '../space.ts';
import { dartsCnn } from '../spaces/darts-cnn.ts';
import { nasnet } from '../spaces/nasnet.ts';

export interface PublishedGenotype {
  readonly space: ImageSpace;
  /** How and where it was found. */
  readonly source: string;
  readonly text: string;
}

export const publishedGenotypes: Readonly<Record<string, PublishedGenotype>> = {
  DARTS_V1: {
    space: dartsCnn,
    source: 'first order, CIFAR-10 (Liu et al. 2019)',
    text:
      "Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_3x3', " +
      "1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 2)], " +
      "normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), " +
      "('max_pool_3x3', 0), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), " +
      "('avg_pool_3x3', 0)], reduce_concat=[2, 3, 4, 5])",
  },
  DARTS_V2: {
    space: dartsCnn,
    source: 'second order, CIFAR-10 (Liu et al. 2019)',
    text:
      "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', " +
      "1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], " +
      "normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), " +
      "('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), " +
      "('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])",
  },
  PC_DARTS: {
    space: dartsCnn,
    source: 'partial channels, CIFAR-10 (Xu et al. 2020)',
    text:
      "Genotype(normal=[('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 0), ('dil_conv_3x3', " +
      "1), ('sep_conv_5x5', 0), ('sep_conv_3x3', 1), ('avg_pool_3x3', 0), ('dil_conv_3x3', 1)], " +
      "normal_concat=[2, 3, 4, 5], reduce=[('sep_conv_5x5', 1), ('max_pool_3x3', 0), ('sep_conv_5x5', 1), " +
      "('sep_conv_5x5', 2), ('sep_conv_3x3', 0), ('sep_conv_3x3', 3), ('sep_conv_3x3', 1), " +
      "('sep_conv_3x3', 2)], reduce_concat=[2, 3, 4, 5])",
  },
  NASNet_A: {
    space: nasnet,
    source: 'reinforcement learning, CIFAR-10 (Zoph et al. 2018)',
    text:
      "Genotype(normal=[('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 0), ('sep_conv_3x3', " +
      "0), ('avg_pool_3x3', 1), ('skip_connect', 0), ('avg_pool_3x3', 0), ('avg_pool_3x3', 0), " +
      "('sep_conv_3x3', 1), ('skip_connect', 1)], normal_concat=[2, 3, 4, 5, 6], reduce=[('sep_conv_5x5', " +
      "1), ('sep_conv_7x7', 0), ('max_pool_3x3', 1), ('sep_conv_7x7', 0), ('avg_pool_3x3', 1), " +
      "('sep_conv_5x5', 0), ('skip_connect', 3), ('avg_pool_3x3', 2), ('sep_conv_3x3', 2), " +
      "('max_pool_3x3', 1)], reduce_concat=[4, 5, 6])",
  },
  AmoebaNet_A: {
    space: nasnet,
    source: 'evolution, CIFAR-10 (Real et al. 2019)',
    text:
      "Genotype(normal=[('avg_pool_3x3', 0), ('max_pool_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', " +
      "2), ('sep_conv_3x3', 0), ('avg_pool_3x3', 3), ('sep_conv_3x3', 1), ('skip_connect', 1), " +
      "('skip_connect', 0), ('avg_pool_3x3', 1)], normal_concat=[4, 5, 6], reduce=[('avg_pool_3x3', 0), " +
      "('sep_conv_3x3', 1), ('max_pool_3x3', 0), ('sep_conv_7x7', 2), ('sep_conv_7x7', 0), " +
      "('avg_pool_3x3', 1), ('max_pool_3x3', 0), ('max_pool_3x3', 1), ('conv_7x1_1x7', 0), " +
      "('sep_conv_3x3', 5)], reduce_concat=[3, 4, 6])",
  },
  ENAS: {
    space: nasnet,
    source: 'shared weights, CIFAR-10 (Pham et al. 2018)',
    text:
      "Genotype(normal=[('sep_conv_3x3', 1), ('skip_connect', 1), ('sep_conv_5x5', 1), ('skip_connect', " +
      "0), ('avg_pool_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('avg_pool_3x3', 1), " +
      "('sep_conv_5x5', 1), ('avg_pool_3x3', 0)], normal_concat=[2, 3, 4, 5, 6], reduce=[('sep_conv_5x5', " +
      "0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('avg_pool_3x3', 1), ('sep_conv_3x3', 1), " +
      "('avg_pool_3x3', 1), ('avg_pool_3x3', 1), ('sep_conv_5x5', 4), ('sep_conv_3x3', 5), " +
      "('sep_conv_5x5', 0)], reduce_concat=[2, 3, 4, 5, 6])",
  },
};
