// PC-DARTS (Xu et al. 2020): the cells of DARTS, a quarter of whose channels goes through the operations in the search,
// with edge normalisation. Its derived networks are those of DARTS.

import type { ImageSpace } from '../space.ts';
import { dartsCnn } from './darts-cnn.ts';

export const pcDarts: ImageSpace = { ...dartsCnn, name: 'pc-darts', partialChannels: 4 };
