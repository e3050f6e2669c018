// Splits joined dispatches again where their operands lie in more buffers than a device binds.

import type { Placement } from '../../plan.ts';
import type { Dispatch, Operand } from '../../webgpu/dispatch.ts';
import type { Layout } from './layout.ts';
import type { LoweredPlan } from './lower.ts';

/** Buffers that hold the operands of a dispatch. */
function buffersOf(
  { reads, writes }: Dispatch,
  layout: Layout,
  placements: ReadonlyMap<number, Placement>,
): ReadonlySet<number> {
  const operands = [...Object.values(reads), ...Object.values(writes)].flat() as readonly (
    | Operand
    | undefined
  )[];
  return new Set(operands.flatMap((one) => (one ? [layout.placement(one, placements).buffer] : [])));
}

/** maxBuffers: storage buffers that a dispatch may bind. */
export function fitted(lowered: LoweredPlan, layout: Layout, maxBuffers: number): LoweredPlan {
  const programs = lowered.programs.map((program) => ({
    ...program,
    dispatches: program.dispatches.flatMap((one) => {
      const { parts } = one.dispatch;
      if (parts === undefined || buffersOf(one.dispatch, layout, program.placements).size <= maxBuffers)
        return [one];
      return parts.map((dispatch) => ({ ...one, dispatch }));
    }),
  }));
  return { ...lowered, programs };
}
