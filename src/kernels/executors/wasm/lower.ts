// Lowers every program of a plan, once: from instructions to a flat list of stages with absolute addresses.

import type { Instruction, Plan } from '../../plan.ts';
import { recordWords } from './control.ts';
import type { Layout } from './layout.ts';
import type { Stage, Word } from '../../wasm/stage.ts';
import { entryOf } from '../../operations/all.ts';
import { lowerings } from './table.ts';

/** A stage and its instruction. */
export interface LoweredStage extends Stage {
  readonly instruction: Instruction;
}

export interface LoweredProgram {
  readonly stages: readonly LoweredStage[];
  /** Addresses of the stages' records, and of an f64 by stage for the profile. */
  readonly records: number;
  readonly times: number;
}

export interface LoweredPlan {
  readonly programs: ReadonlyMap<string, LoweredProgram>;
  /** Bytes of memory that everything needs together. */
  readonly bytes: number;
  /** Puts records and arguments where they belong. `first`: place of the first stage in the table. */
  install(buffer: ArrayBufferLike, names: readonly string[], first: number): void;
}

export function lowerPlan(plan: Plan, layout: Layout): LoweredPlan {
  const lowered = Object.values(plan.programs).map(({ name, instructions, placements }) => {
    layout.enter(placements);
    const stages = instructions.flatMap((instruction) => {
      layout.nextInstruction();
      return entryOf(lowerings, instruction)(instruction, layout).map((stage): LoweredStage =>
        Object.assign(stage, { instruction }),
      );
    });
    return { name, stages };
  });
  // Only now is it known how much workspace there is.
  let next = layout.end;
  const programs = new Map<string, LoweredProgram>();
  for (const { name, stages } of lowered) {
    const times = next;
    const records = times + stages.length * 8;
    programs.set(name, { stages, records, times });
    const words = stages.reduce((sum, stage) => sum + recordWords + stage.args.length, 0);
    next = Math.ceil((records + words * 4) / 64) * 64;
  }
  const install: LoweredPlan['install'] = (buffer, names, first) => {
    const placements = new Map(names.map((name, index) => [name, first + index]));
    for (const program of programs.values()) installProgram(program, new DataView(buffer), placements);
  };
  return { programs, bytes: next, install };
}

function installProgram(
  { stages, records }: LoweredProgram,
  view: DataView,
  placements: ReadonlyMap<string, number>,
): void {
  let args = records + stages.length * recordWords * 4;
  for (const [index, stage] of stages.entries()) {
    const place = placements.get(stage.kernel);
    if (place === undefined) throw new Error(`the module has no stage ${stage.kernel}; build it again`);
    const record = records + index * recordWords * 4;
    view.setUint32(record, place, true);
    view.setUint32(record + 4, args, true);
    view.setInt32(record + 8, stage.chunks, true);
    for (const one of stage.args) {
      writeWord(view, args, one);
      args += 4;
    }
  }
}

/** DataView's setUint32 takes any whole number modulo 2^32: addresses over 2 GiB and negative numbers alike. */
function writeWord(view: DataView, address: number, value: Word): void {
  if (typeof value !== 'number') view.setFloat32(address, value.f32, true);
  else view.setUint32(address, value, true);
}
