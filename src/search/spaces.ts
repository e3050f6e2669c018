// The search spaces that can be named.

import type { Space } from '../supernet/space.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../supernet/spaces/nasbench201.ts';

export const spaces: Readonly<Record<string, Space>> = {
  [dartsCnn.name]: dartsCnn,
  [nasbench201.name]: nasbench201,
};
