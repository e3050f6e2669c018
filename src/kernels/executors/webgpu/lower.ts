// Lowers every program of a plan, once: from instructions to a flat list of dispatches.

import { slabElements } from '../../memory.ts';
import type { Instruction, Plan, Program } from '../../plan.ts';
import type { Dispatch, DispatchContext, Schedule } from '../../webgpu/dispatch.ts';
import { Scratch } from './scratch.ts';
import { entryOf } from '../../operations/all.ts';
import { type Lowerings, lowerings } from './table.ts';

export interface LoweredProgram extends Pick<Program, 'name' | 'placements'> {
  /** Each with the instruction that it is of. */
  readonly dispatches: readonly { readonly instruction: Instruction; readonly dispatch: Dispatch }[];
}

export interface LoweredPlan {
  readonly programs: readonly LoweredProgram[];
  /** Elements of the slabs behind those of the plan, for workspace that does not fit there. */
  readonly workspaceSlabs: readonly number[];
}

/** maxBytes: of a GPU buffer; table: the kernels. */
export function lowerPlan(
  plan: Plan,
  schedule: Schedule,
  maxBytes: number,
  table: Lowerings = lowerings,
): LoweredPlan {
  const scratch = new Scratch(plan, Math.min(slabElements, maxBytes / 4));
  const context: DispatchContext = {
    schedule,
    elements: ({ arena, part }) => part?.elements ?? plan.arenas[arena]!,
    workspace: (elements) => ({ kind: 'workspace', ...scratch.take(elements), elements }),
  };
  const programs = Object.values(plan.programs).map((program) => {
    const dispatches: LoweredProgram['dispatches'][number][] = [];
    scratch.forEachInstruction(program, (index) => {
      const instruction = program.instructions[index]!;
      for (const dispatch of entryOf(table, instruction)(instruction, context))
        dispatches.push({ instruction, dispatch });
    });
    return { name: program.name, dispatches, placements: program.placements };
  });
  return { programs, workspaceSlabs: scratch.workspaceSlabs };
}
