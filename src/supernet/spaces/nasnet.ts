// The cells of NASNet-A, AmoebaNet-A and ENAS in the form that DARTS retrained them in (Liu et al. 2019, table 1): 5
// nodes of two edges. A space of genotypes; it has no supernet.

import type { CandidateOperation } from '../layers.ts';
import type { ImageSpace } from '../space.ts';
import { pool, separable, skip } from './darts-cnn.ts';

export const factored: CandidateOperation = {
  name: 'conv_7x1_1x7',
  // The published code strides the first by columns and the second by rows, which is the same.
  layers: [
    { kind: 'relu' },
    { kind: 'convolution', kernel: [1, 7], stride: 1 },
    { kind: 'convolution', kernel: [7, 1], stride: 'edge' },
    { kind: 'norm' },
  ],
};

export const nasnet: ImageSpace = {
  name: 'nasnet',
  operations: [
    pool('max', 'max_pool_3x3'),
    pool('average', 'avg_pool_3x3'),
    skip,
    separable(3),
    separable(5),
    separable(7),
    factored,
  ],
  cells: {
    normal: { inputs: 2, nodes: 5, inputStride: 1, output: 'concat' },
    reduce: { inputs: 2, nodes: 5, inputStride: 2, output: 'concat' },
  },
  skeleton: { kind: 'darts', stemMultiplier: 3 },
  derive: { kind: 'strongestEdges', edges: 2, excluded: [] },
  defaults: { channels: 36, cells: 20 },
};
