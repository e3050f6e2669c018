// The webgpu executor's lowerings.

import * as add from '../operations/add/lower-webgpu.ts';
import * as relu from '../operations/relu/lower-webgpu.ts';
import type { LoweringTable } from './dispatch.ts';

export const lowerings: Partial<LoweringTable> = {
  relu,
  add,
};
