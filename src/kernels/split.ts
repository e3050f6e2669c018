// Splits a recorded program in two that may run at different times: what the second reads of the first moves from slabs to
// an arena, which whoever runs them keeps between the two.

import type { PlanBuilder } from './graph.ts';
import { type Instruction, tensorsIn } from './plan.ts';
import type { Tensor } from './tensor.ts';

/** A copy of plain data with other tensors in it, however nested. */
function replaced<T>(value: T, tensors: ReadonlyMap<Tensor, Tensor>): T {
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, tensors)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if ('kind' in value && value.kind === 'tensor') {
    return (tensors.get(value as unknown as Tensor) ?? value) as T;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [key, replaced(item, tensors)]),
  ) as T;
}

/**
 * recorder: holds one program, forward instructions first. Returns a builder with programs `forward` and `backward` over the same
 * arenas. `named`: activations that move to an arena of their own, by its name; all others that both need share the arena
 * `tape`.
 */
export function splitProgram(
  recorder: PlanBuilder,
  program: string,
  named: Readonly<Record<string, Tensor>>,
): PlanBuilder {
  const { instructions } = recorder.build().programs[program]!;
  const at = instructions.findIndex(({ pass }) => pass !== 'forward');
  const halves = { forward: instructions.slice(0, at), backward: instructions.slice(at) };
  const builder = recorder.fork();
  const moved = new Map<Tensor, Tensor>();
  for (const [arena, tensor] of Object.entries(named)) {
    moved.set(tensor, builder.persistent(arena, arena, tensor.shape));
  }
  const needed = tensorsOf(halves.backward);
  for (const tensor of tensorsOf(halves.forward)) {
    if (tensor.arena !== undefined || moved.has(tensor) || !needed.has(tensor)) continue;
    moved.set(tensor, builder.persistent('tape', `${tensor.name} #${tensor.id}`, tensor.shape));
  }
  for (const [name, half] of Object.entries(halves)) {
    builder.program(name, () => {
      for (const instruction of half) builder.emit(replaced(instruction, moved));
    });
  }
  return builder;
}

function tensorsOf(instructions: readonly Instruction[]): ReadonlySet<Tensor> {
  return tensorsIn(instructions.map(({ reads, writes }) => [reads, writes]));
}
