// NAS-Bench-201 (Dong and Yang 2020, section 2): 5 operations, cells of 3 nodes over one input, every edge kept.

import type { CandidateOperation } from '../layers.ts';
import type { ImageSpace } from '../space.ts';

function convolution(kernel: number): CandidateOperation {
  return {
    name: `nor_conv_${kernel}x${kernel}`,
    layers: [{ kind: 'relu' }, { kind: 'convolution', kernel, stride: 'edge' }, { kind: 'norm' }],
  };
}

export const nasbench201: ImageSpace = {
  name: 'nasbench201',
  operations: [
    { name: 'none', layers: 'zero' },
    { name: 'skip_connect', layers: [] },
    convolution(1),
    convolution(3),
    { name: 'avg_pool_3x3', layers: [{ kind: 'pool', mode: 'average', stride: 'edge' }] },
  ],
  cells: { cell: { inputs: 1, nodes: 3, inputStride: 1, output: 'last' } },
  skeleton: { kind: 'stages', stages: 3 },
  derive: { kind: 'everyEdge' },
  defaults: { channels: 16, cells: 5 },
};
