// The cells that PNAS searches (Liu et al. 2018, "Progressive neural architecture search", section 3.1): up to 5 nodes of
// two edges, all of which leave the cell; reduction cells are the same with stride 2. The paper's dilated convolution is
// DARTS's here, a depthwise one and a 1x1. A space of genotypes; it has no supernet.

import type { ImageSpace } from '../space.ts';
import { dilated, pool, separable, skip } from './darts-cnn.ts';
import { factored } from './nasnet.ts';

export const pnas: ImageSpace = {
  name: 'pnas',
  operations: [
    separable(3),
    separable(5),
    separable(7),
    factored,
    skip,
    pool('average', 'avg_pool_3x3'),
    pool('max', 'max_pool_3x3'),
    dilated(3),
  ],
  cells: {
    normal: { inputs: 2, nodes: 5, minNodes: 1, inputStride: 1, output: 'concat' },
    reduce: { inputs: 2, nodes: 5, minNodes: 1, inputStride: 2, output: 'concat' },
  },
  skeleton: { kind: 'darts', stemMultiplier: 3 },
  derive: { kind: 'strongestEdges', edges: 2, excluded: [] },
  defaults: { channels: 24, cells: 8 },
};
