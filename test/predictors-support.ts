// The cell of NAS-Bench-201 in the order of its table's digits.

import type { CellShape } from '../src/predictors/cell-encoding.ts';

export const nasbench201Shape: CellShape = {
  nodes: 4,
  edges: [
    { from: 0, to: 1 },
    { from: 0, to: 2 },
    { from: 1, to: 2 },
    { from: 0, to: 3 },
    { from: 1, to: 3 },
    { from: 2, to: 3 },
  ],
  operations: 5,
  none: 0,
};
