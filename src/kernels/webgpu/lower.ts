// Lowers every program of a plan, once: from nodes to a flat list of dispatches.

import { slabElements } from '../memory.ts';
import type { PlanNode } from '../operations.ts';
import type { Place, Plan } from '../plan.ts';
import type { Dispatch, Lowering, LoweringContext, Schedule } from './dispatch.ts';
import { Scratch } from './scratch.ts';
import { lowerings } from './table.ts';

/** A dispatch and the node that it belongs to. */
export interface LoweredDispatch {
  readonly node: PlanNode;
  readonly dispatch: Dispatch;
}

export interface LoweredProgram {
  readonly name: string;
  readonly dispatches: readonly LoweredDispatch[];
  readonly places: ReadonlyMap<number, Place>;
}

export interface LoweredPlan {
  readonly programs: readonly LoweredProgram[];
  /** Elements of the slabs behind the plan's, for workspace that has no room there. */
  readonly pieces: readonly number[];
}

/** most: bytes of a GPU buffer. */
export function lowerPlan(plan: Plan, schedule: Schedule, most: number): LoweredPlan {
  const scratch = new Scratch(plan, Math.min(slabElements, most / 4));
  const context: LoweringContext = {
    schedule,
    elements: ({ arena, part }) => part?.elements ?? plan.arenas[arena]!,
    workspace: (elements) => ({ kind: 'workspace', ...scratch.take(elements), elements }),
  };
  const programs = Object.values(plan.programs).map((program) => {
    const dispatches: LoweredDispatch[] = [];
    scratch.forEachNode(program, (index) => {
      const node = program.nodes[index]!;
      for (const dispatch of lowerNode(node, context)) dispatches.push({ node, dispatch });
    });
    return { name: program.name, dispatches, places: program.places };
  });
  return { programs, pieces: scratch.pieces };
}

function lowerNode(node: PlanNode, context: LoweringContext): readonly Dispatch[] {
  const lowering = (lowerings[node.op] as Record<string, unknown> | undefined)?.[node.pass];
  if (lowering === undefined) throw new Error(`${node.op} ${node.pass} has no lowering`);
  // TypeScript cannot see that op, pass and arguments of one union member belong together.
  return (lowering as Lowering<PlanNode>)(node, context);
}
