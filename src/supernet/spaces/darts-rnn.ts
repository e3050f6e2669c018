// The recurrent space of DARTS (Liu et al. 2019, section 3.1): 4 activations and none, 8 nodes, 36 edges. State 0 is what
// the cell makes of its input and the hidden state; the mean of the nodes leaves it.

import type { Activation } from '../../kernels/operations/highway/types.ts';
import type { Space } from '../space.ts';

interface RecurrentOperation {
  readonly name: string;
  /** Absent: it contributes nothing. */
  readonly activation?: Activation;
}

export interface RecurrentSpace extends Space {
  readonly operations: readonly RecurrentOperation[];
}

const named = (activation: Activation): RecurrentOperation => ({ name: activation, activation });

export const dartsRnn: RecurrentSpace = {
  name: 'darts-rnn',
  operations: [{ name: 'none' }, ...(['tanh', 'relu', 'sigmoid', 'identity'] as const).map(named)],
  cells: {
    recurrent: {
      inputs: 1,
      nodes: 8,
      inputStride: 1,
      output: 'concat',
      concatField: 'concat',
      labels: { inputs: ['x_{t}, h_{t-1}'], firstNode: 1, output: 'h_{t}' },
    },
  },
  derive: { kind: 'strongestEdges', edges: 1, excluded: ['none'] },
};

/** Published cells on Penn Treebank (Liu et al. 2019, and their code): first and second order. */
export const publishedRecurrentCells: Readonly<Record<string, string>> = {
  DARTS_V1:
    "Genotype(recurrent=[('relu', 0), ('relu', 1), ('tanh', 2), ('relu', 3), ('relu', 4), ('identity', 1), " +
    "('relu', 5), ('relu', 1)], concat=range(1, 9))",
  DARTS_V2:
    "Genotype(recurrent=[('sigmoid', 0), ('relu', 1), ('relu', 1), ('identity', 1), ('tanh', 2), ('sigmoid', 5), " +
    "('tanh', 3), ('relu', 5)], concat=range(1, 9))",
};
