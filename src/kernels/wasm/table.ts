// The wasm executor's lowerings: total over all operations, or this does not compile.

import * as add from '../operations/add/lower.ts';
import * as relu from '../operations/relu/lower.ts';
import type { LoweringTable } from './stage.ts';

export const lowerings: Partial<LoweringTable> = {
  relu,
  add,
};
