// The networks whose kernels are measured: a supernet, and others for the operations that it lacks.

import type { Plan } from '../kernels/plan.ts';
import { resolveRetrain } from '../networks/config.ts';
import { buildRetrainPlan } from '../networks/plan.ts';
import { resolveConfig } from '../search/resolve.ts';
import { buildSearchPlan } from '../search/images/plan.ts';
import { textSearchSchema } from '../search/text/config.ts';
import { buildTextPlan } from '../search/text/plan.ts';
import { derivedNetwork } from '../supernet/derived-network.ts';
import { parseGenotype } from '../supernet/genotype/text.ts';
import { publishedGenotypes } from '../supernet/genotype/published.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { pcDarts } from '../supernet/spaces/pc-darts.ts';
import { type Kernel, kernelPlan, kernelsOf, largestOfEachForm } from './kernel-programs.ts';

export interface Size {
  readonly channels: number;
  readonly cells: number;
  /** Height and width; 3 channels. */
  readonly image: number;
  readonly batch: number;
}

/** `full`: the supernet of the published search, with a batch that fits any machine. */
export const sizes = {
  small: { channels: 8, cells: 4, image: 8, batch: 64 },
  full: { channels: 16, cells: 8, image: 32, batch: 8 },
} as const satisfies Readonly<Record<string, Size>>;
export type SizeName = keyof typeof sizes;

/** Kernels that share arenas: each is a program of the plan, by its name. */
export interface KernelSet {
  readonly plan: Plan;
  readonly kernels: readonly Kernel[];
}

const classes = 10;
/** One cell that keeps the size and two that halve it. */
const minCells = 3;
/** Steps and vocabulary of a recurrent network. */
const [textSteps, words] = [3, 1000];

/**
 * All kernels of a second-order search step and its evaluation, then the largest kernel of each form that only other
 * supernets (unfused, with partial channels, on text) and derived networks have. Names are unique. wanted: a filter.
 */
export function kernelSets(size: Size, wanted: (kernel: Kernel) => boolean): readonly KernelSet[] {
  const search = searchPlan(size, 'fused', 2);
  const kernels = kernelsOf(search);
  const sets = [{ plan: search, kernels }];
  const seen = new Set(kernels.map(({ form }) => form));
  const few = { ...size, cells: minCells };
  // Partial channels are quarters.
  const divisible = { ...few, channels: 4 * Math.ceil(size.channels / 4) };
  const others = [
    searchPlan(few, 'primitive', 1),
    derivedPlan(size),
    searchPlan(divisible, 'fused', 1, pcDarts),
    textPlan(size),
  ];
  for (const plan of others) {
    const added = largestOfEachForm(kernelsOf(plan)).filter(({ form }) => !seen.has(form));
    for (const { form } of added) seen.add(form);
    sets.push({ plan, kernels: added });
  }
  return sets
    .map(({ plan, kernels }) => ({ plan, kernels: kernels.filter(wanted) }))
    .filter(({ kernels }) => kernels.length > 0)
    .map(({ plan, kernels }) => ({ plan: kernelPlan(plan, kernels), kernels }));
}

function searchPlan(size: Size, lowering: 'fused' | 'primitive', order: 1 | 2, space = dartsCnn): Plan {
  const { channels, cells, batch, image } = size;
  return buildSearchPlan({
    space,
    config: resolveConfig({ space: space.name, channels, cells, batch, order }),
    image: { height: image, width: image, channels: 3 },
    classes,
    evaluated: batch,
    lowering,
  }).plan;
}

/** With drop path and averaged weights, which have operations of their own. */
function derivedPlan({ channels, batch, image }: Size): Plan {
  const { space, text } = publishedGenotypes['DARTS_V2']!;
  const genotype = parseGenotype(text, space);
  const size = { channels, cells: minCells };
  return buildRetrainPlan({
    network: derivedNetwork({ space, size, classes, genotype, auxiliary: false }),
    config: resolveRetrain({ channels, cells: minCells, batch, dropPath: 0.2, average: 0.99 }),
    image: { height: image, width: image, channels: 3 },
    evaluated: batch,
  }).plan;
}

/** A search on text, with 16 units for a channel. */
function textPlan({ channels, batch }: Size): Plan {
  const config = textSearchSchema.parse({ data: 'text:', batch, length: textSteps, units: 16 * channels });
  return buildTextPlan(config, words).plan;
}
