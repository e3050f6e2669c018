// The wasm executor's lowerings: total over all operations, or this does not compile.

import * as updates from '../../updates/wasm/lower.ts';
import type { Stage, StageContext } from '../../wasm/stage.ts';
import { type OperationTable, updateEntries } from '../../operations/all.ts';
import * as operations from './operations.ts';

export const lowerings: OperationTable<StageContext, readonly Stage[]> = {
  ...operations,
  ...updateEntries(updates),
};
