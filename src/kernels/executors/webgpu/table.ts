// The webgpu executor's lowerings: an operation that lacks one does not compile.

import * as updates from '../../updates/webgpu/lower.ts';
import type { Dispatch, DispatchContext } from '../../webgpu/dispatch.ts';
import { type OperationTable, updateEntries } from '../../operations/all.ts';

export type Lowerings = OperationTable<DispatchContext, readonly Dispatch[]>;
import * as operations from './operations.ts';

export const lowerings: Lowerings = { ...operations, ...updateEntries(updates) };
