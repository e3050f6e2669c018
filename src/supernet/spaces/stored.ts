// The space that a stored object (a run's configuration, a network's card) names or defines. The object is JSON that
// anybody may have written: it is parsed into a space or refused.

import * as z from 'zod';
import { parseValue } from '../../base/parse-value.ts';
import type { CandidateOperation, Layer } from '../layers.ts';
import type { CellKind, DeriveRule, ImageSpace, Skeleton, Space } from '../space.ts';
import { genotypeSpaces, imageSpaceNamed, spaces } from './named.ts';

const positive = z.int().positive();
const stride = z.literal([1, 2, 'edge']);

const layer: z.ZodType<Layer> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('relu') }),
  z.object({
    kind: z.literal('convolution'),
    kernel: z.union([positive, z.tuple([positive, positive])]),
    stride,
  }),
  z.object({ kind: z.literal('depthwise'), kernel: positive, stride, dilation: positive }),
  z.object({ kind: z.literal('norm') }),
  z.object({ kind: z.literal('pool'), mode: z.literal(['max', 'average']), stride }),
  z.object({ kind: z.literal('factorizedReduce') }),
]);

const operation: z.ZodType<CandidateOperation> = z.object({
  name: z.string().min(1),
  layers: z.union([z.array(layer), z.literal('zero')]),
  reduction: z.array(layer).exactOptional(),
  normOnlyInSearch: z.boolean().exactOptional(),
});

const cellKind: z.ZodType<CellKind> = z.object({
  inputs: positive.max(2),
  nodes: positive,
  minNodes: positive.exactOptional(),
  inputStride: z.literal([1, 2]),
  output: z.literal(['concat', 'last']),
  concatField: z.string().min(1).exactOptional(),
  labels: z.object({ inputs: z.array(z.string()), firstNode: z.int(), output: z.string() }).exactOptional(),
});

const skeleton: z.ZodType<Skeleton> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('darts'),
    stemMultiplier: positive,
    stem: z.literal('halving').exactOptional(),
  }),
  z.object({ kind: z.literal('stages'), stages: positive }),
]);

const derive: z.ZodType<DeriveRule> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('strongestEdges'), edges: positive, excluded: z.array(z.string()) }),
  z.object({ kind: z.literal('everyEdge') }),
]);

/** The kinds of cells that a skeleton is made of. */
function kindsOf({ kind }: Skeleton): readonly string[] {
  return kind === 'darts' ? ['normal', 'reduce'] : ['cell'];
}

/** The schema (zod) of a space's definition as JSON. */
export const imageSpaceSchema: z.ZodType<ImageSpace> = z
  .object({
    name: z.string().min(1),
    operations: z.array(operation).min(1),
    cells: z.record(z.string(), cellKind),
    derive,
    partialChannels: positive.exactOptional(),
    skeleton,
    defaults: z.object({ channels: positive, cells: positive }),
  })
  .superRefine(({ cells, skeleton }, context) => {
    const missing = kindsOf(skeleton).find((kind) => !Object.hasOwn(cells, kind));
    if (missing === undefined) return;
    const message = `no cell kind ${missing}, which the skeleton ${skeleton.kind} is made of`;
    context.addIssue({ code: 'custom', path: ['cells'], message });
  });

const storedSchema = z.object({ space: z.string(), spaceDefinition: imageSpaceSchema.exactOptional() });

const remedy = 'restore the file: a copy, or the mixop version that wrote it';

/** The space of networks on images that `stored` names or defines. Throws a `MixopError` that names `place`, its file. */
export function storedImageSpace(stored: unknown, place: string): ImageSpace {
  const { space, spaceDefinition } = parseValue(storedSchema, stored, place, remedy);
  if (spaceDefinition !== undefined) return spaceDefinition;
  return Object.hasOwn(genotypeSpaces, space)
    ? genotypeSpaces[space]!
    : imageSpaceNamed(space, `${place}: space`);
}

/** As `storedImageSpace`, also of recurrent cells, which no network on images is made of. */
export function storedSpace(stored: unknown, place: string): Space {
  const { space, spaceDefinition } = parseValue(storedSchema, stored, place, remedy);
  if (spaceDefinition === undefined && Object.hasOwn(spaces, space)) return spaces[space]!;
  return storedImageSpace(stored, place);
}
