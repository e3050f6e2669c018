// One program for each distinct kernel of a plan, so that each can be filled, run and timed separately.

import { layOut } from '../kernels/memory.ts';
import { type Instruction, type Plan, type Program, tensorsIn } from '../kernels/plan.ts';
import { kindOf } from '../kernels/executors/profile.ts';
import { extent, type Tensor, type Vector } from '../kernels/tensor.ts';
import { known, type KnownInstruction } from '../kernels/operations/all.ts';

/** An instruction that represents all with the same name. */
export interface Kernel {
  /** `fan backward 32x32x16 stride 2 (dx, dweights)`: kind, largest tensor without its batch, what it writes. */
  readonly name: string;
  /** The name without the size. */
  readonly form: string;
  readonly instruction: KnownInstruction;
}

/** The kernels of all programs of a plan, the one with the most data for each name; in the order of the plan. */
export function kernelsOf(plan: Plan): readonly Kernel[] {
  const all = Object.values(plan.programs).flatMap(({ instructions }) =>
    instructions.map((instruction) => kernelOf(instruction, plan)),
  );
  return largest(all, ({ name }) => name);
}

/** Of each form the kernel with the most data. */
export function largestOfEachForm(kernels: readonly Kernel[]): readonly Kernel[] {
  return largest(kernels, ({ form }) => form);
}

function largest(kernels: readonly Kernel[], keyOf: (kernel: Kernel) => string): readonly Kernel[] {
  const found = new Map<string, Kernel>();
  for (const kernel of kernels) {
    const key = keyOf(kernel);
    const best = found.get(key);
    if (best === undefined || elementsOf(best) < elementsOf(kernel)) found.set(key, kernel);
  }
  return [...found.values()];
}

function elementsOf({ instruction }: Kernel): number {
  return operandsOf(instruction).reduce((sum, tensor) => sum + extent(tensor), 0);
}

/** A plan with a program for each kernel, by its name, over the same arenas; each has a memory layout of its own. */
export function kernelPlan({ arenas }: Plan, kernels: readonly Kernel[]): Plan {
  const slabs: number[] = [];
  const programs: Record<string, Program> = {};
  for (const { name, instruction } of kernels) {
    const kept = new Set(operandsOf(instruction).filter(({ arena }) => arena === undefined));
    const layout = layOut([instruction], kept);
    for (const [slab, size] of layout.slabs.entries()) slabs[slab] = Math.max(slabs[slab] ?? 0, size);
    programs[name] = { name, instructions: [instruction], placements: layout.placements, kept };
  }
  return { arenas, slabs, programs };
}

/** All tensors that an instruction reads or writes. */
export function operandsOf({ reads, writes }: Instruction): readonly Tensor[] {
  return [...tensorsIn([reads, writes])];
}

/** All whole arenas that an instruction reads or writes. */
export function vectorsOf({ reads, writes }: Instruction): readonly Vector[] {
  return Object.values({ ...reads, ...writes }).filter((operand: unknown) => isVector(operand));
}

function isVector(operand: unknown): operand is Vector {
  return typeof operand === 'object' && operand !== null && 'kind' in operand && operand.kind === 'vector';
}

function kernelOf(recorded: Instruction, plan: Plan): Kernel {
  const instruction = known(recorded);
  const attributes: Readonly<Record<string, unknown>> = { ...instruction };
  const numbers = ['kernel', 'stride', 'dilation'].flatMap((key) => {
    const value = attributes[key] ?? 1;
    return typeof value === 'number' && value > 1 ? [`${key} ${value}`] : [];
  });
  const mode = typeof attributes['mode'] === 'string' ? [attributes['mode']] : [];
  const gradients = Object.entries(instruction.writes)
    .filter(([name, value]) => /^d[a-z]/.test(name) && tensorsIn(value).size > 0)
    .map(([name]) => name);
  const wanted = gradients.length > 0 ? [`(${gradients.join(', ')})`] : [];
  const kind = [kindOf(instruction), ...mode];
  const rest = [...windowOf(instruction), ...numbers, ...wanted];
  const name = [...kind, sizeOf(instruction, plan), ...rest].join(' ');
  return { name, form: [...kind, ...rest].join(' '), instruction };
}

/** Of the largest tensor, without its batch; elements of a whole arena. */
function sizeOf(instruction: Instruction, { arenas }: Plan): string {
  const vectors = vectorsOf(instruction).map(({ arena }) => arenas[arena]!);
  if (vectors.length > 0) return String(Math.max(...vectors));
  const { shape } = operandsOf(instruction).toSorted((a, b) => extent(b) - extent(a))[0]!;
  return (shape.length > 1 ? shape.slice(1) : shape).join('x');
}

/** The extents of a convolution's window. */
function windowOf(instruction: KnownInstruction): readonly string[] {
  if (instruction.op !== 'convolution' && instruction.op !== 'depthwise') return [];
  const [height, width] = instruction.reads.weight.shape;
  return [`${height}x${width}`];
}
