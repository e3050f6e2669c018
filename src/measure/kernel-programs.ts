// One program for each different kernel of a plan, so that each can be run, filled and timed by itself.

import { layOut } from '../kernels/memory.ts';
import type { PlanNode } from '../kernels/operations.ts';
import { type Plan, type Program, tensorsIn } from '../kernels/plan.ts';
import { kindOf } from '../kernels/profile.ts';
import { extent, type Tensor, type Vector } from '../kernels/tensor.ts';

/** A node that stands for all that look the same from outside. */
export interface Kernel {
  /** `fan backward 32x32x16 stride 2 (dx, dweights)`: kind, largest tensor without its batch, what it writes. */
  readonly name: string;
  /** The name without the size. */
  readonly form: string;
  readonly node: PlanNode;
}

/** The kernels of all programs of a plan, of equal names the one with the most data; in the order of the plan. */
export function kernelsOf(plan: Plan): readonly Kernel[] {
  const all = Object.values(plan.programs).flatMap(({ nodes }) => nodes.map((node) => kernelOf(node, plan)));
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
    const known = found.get(key);
    if (known === undefined || elementsOf(known) < elementsOf(kernel)) found.set(key, kernel);
  }
  return [...found.values()];
}

function elementsOf({ node }: Kernel): number {
  return operandsOf(node).reduce((sum, tensor) => sum + extent(tensor), 0);
}

/** A plan with a program for each kernel, by its name, over the same arenas; each has a memory layout of its own. */
export function kernelPlan({ arenas }: Plan, kernels: readonly Kernel[]): Plan {
  const slabs: number[] = [];
  const programs: Record<string, Program> = {};
  for (const { name, node } of kernels) {
    const kept = new Set(operandsOf(node).filter(({ arena }) => arena === undefined));
    const layout = layOut([node], kept);
    for (const [slab, size] of layout.slabs.entries()) slabs[slab] = Math.max(slabs[slab] ?? 0, size);
    programs[name] = { name, nodes: [node], places: layout.places, kept };
  }
  return { arenas, slabs, programs };
}

/** All tensors that a node touches. */
export function operandsOf({ reads, writes }: PlanNode): readonly Tensor[] {
  return [...tensorsIn([reads, writes])];
}

/** All whole arenas that a node touches. */
export function vectorsOf({ reads, writes }: PlanNode): readonly Vector[] {
  return Object.values({ ...reads, ...writes }).filter((operand: unknown) => isVector(operand));
}

function isVector(operand: unknown): operand is Vector {
  return typeof operand === 'object' && operand !== null && 'kind' in operand && operand.kind === 'vector';
}

function kernelOf(node: PlanNode, plan: Plan): Kernel {
  const attributes: Readonly<Record<string, unknown>> = { ...node };
  const numbers = ['kernel', 'stride', 'dilation'].flatMap((key) => {
    const value = attributes[key] ?? 1;
    return typeof value === 'number' && value > 1 ? [`${key} ${value}`] : [];
  });
  const mode = typeof attributes['mode'] === 'string' ? [attributes['mode']] : [];
  const gradients = Object.entries(node.writes)
    .filter(([name, value]) => /^d[a-z]/.test(name) && tensorsIn(value).size > 0)
    .map(([name]) => name);
  const wanted = gradients.length > 0 ? [`(${gradients.join(', ')})`] : [];
  const kind = [kindOf(node), ...mode];
  const rest = [...windowOf(node), ...numbers, ...wanted];
  const name = [...kind, sizeOf(node, plan), ...rest].join(' ');
  return { name, form: [...kind, ...rest].join(' '), node };
}

/** Of the largest tensor, without its batch; elements of a whole arena. */
function sizeOf(node: PlanNode, { arenas }: Plan): string {
  const vectors = vectorsOf(node).map(({ arena }) => arenas[arena]!);
  if (vectors.length > 0) return String(Math.max(...vectors));
  const { shape } = operandsOf(node).toSorted((a, b) => extent(b) - extent(a))[0]!;
  return (shape.length > 1 ? shape.slice(1) : shape).join('x');
}

/** The extents of a convolution's window. */
function windowOf(node: PlanNode): readonly string[] {
  if (node.op !== 'convolution' && node.op !== 'depthwise') return [];
  const [height, width] = node.reads.weight.shape;
  return [`${height}x${width}`];
}
