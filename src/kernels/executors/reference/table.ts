// The reference executor's kernels: total over all operations, or this does not compile.

import { type OperationTable, updateEntries } from '../../operations/all.ts';
import * as updates from '../../updates/reference.ts';
import type { ReferenceMemory } from '../../reference/memory.ts';
import * as operations from './operations.ts';

export const referenceKernels: OperationTable<ReferenceMemory, void> = {
  ...operations,
  ...updateEntries(updates),
};
