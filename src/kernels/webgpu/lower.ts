// Lowers every program of a plan, once: from nodes to a flat list of dispatches.

import type { PlanNode } from '../operations.ts';
import type { Place, Plan } from '../plan.ts';
import type { Vector } from '../tensor.ts';
import type { Dispatch, Lowering, LoweringContext, Schedule, Workspace } from './dispatch.ts';
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
  /** Elements of workspace that the largest node needs. */
  readonly workspace: number;
}

/** 256 bytes, as slabs align their tensors. */
const alignment = 64;

class Context implements LoweringContext {
  readonly schedule: Schedule;
  most = 0;
  private readonly arenas: Plan['arenas'];
  private used = 0;

  constructor(schedule: Schedule, { arenas }: Plan) {
    this.schedule = schedule;
    this.arenas = arenas;
  }

  elements({ arena, part }: Vector): number {
    return part?.elements ?? this.arenas[arena]!;
  }

  nextNode(): void {
    this.used = 0;
  }

  workspace(elements: number): Workspace {
    const offset = this.used;
    this.used += Math.ceil(elements / alignment) * alignment;
    this.most = Math.max(this.most, this.used);
    return { kind: 'workspace', offset, elements };
  }
}

export function lowerPlan(plan: Plan, schedule: Schedule): LoweredPlan {
  const context = new Context(schedule, plan);
  const programs = Object.values(plan.programs).map(({ name, nodes, places }) => {
    const dispatches = nodes.flatMap((node) => {
      context.nextNode();
      return lowerNode(node, context).map((dispatch) => ({ node, dispatch }));
    });
    return { name, dispatches, places };
  });
  return { programs, workspace: context.most };
}

function lowerNode(node: PlanNode, context: LoweringContext): readonly Dispatch[] {
  const lowering = (lowerings[node.op] as Record<string, unknown> | undefined)?.[node.pass];
  if (lowering === undefined) throw new Error(`${node.op} ${node.pass} has no lowering`);
  // TypeScript cannot see that op, pass and arguments of one union member belong together.
  return (lowering as Lowering<PlanNode>)(node, context);
}
