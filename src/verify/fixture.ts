// Reads a folder of answers computed by the published code: `manifest.json` (meta and a table of tensors) and
// `tensors.f32` (little-endian float32). Tensors have PyTorch's names and layouts.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { parseJson } from '../base/parse-json.ts';
import { parseValue } from '../base/parse-value.ts';

const manifestSchema = z.object({
  meta: z.object({
    C: z.int().positive(),
    layers: z.int().positive(),
    classes: z.int().positive(),
    image: z.int().positive(),
    batch: z.int().positive(),
    eta: z.number(),
    w: z.object({ lr: z.number(), momentum: z.number(), weight_decay: z.number(), clip: z.number() }),
    alpha: z.object({
      lr: z.number(),
      betas: z.tuple([z.number(), z.number()]),
      eps: z.number(),
      weight_decay: z.number(),
    }),
    screened: z.boolean().optional(),
  }),
  tensors: z.record(
    z.string(),
    z.object({ shape: z.array(z.int().nonnegative()), offset: z.int().nonnegative() }),
  ),
});

export interface Fixture {
  readonly folder: string;
  readonly meta: z.infer<typeof manifestSchema>['meta'];
  /** Names of all tensors. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Values in PyTorch's order; throws a MixopError where the folder lacks them. */
  values(name: string): Float64Array;
}

async function readOrRefuse(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const remedy = 'name a folder with manifest.json and tensors.f32';
    throw new MixopError('data', file, 'cannot be read', remedy, { cause });
  }
}

export async function readFixture(folder: string): Promise<Fixture> {
  const place = join(folder, 'manifest.json');
  const text = (await readOrRefuse(place)).toString('utf8');
  const remedy = "write it as the fixtures' README describes";
  const { meta, tensors } = parseValue(manifestSchema, parseJson(text, place), place, remedy);
  const bytes = await readOrRefuse(join(folder, 'tensors.f32'));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    folder,
    meta,
    names: Object.keys(tensors),
    has: (name) => Object.hasOwn(tensors, name),
    values(name) {
      const entry = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
      if (entry === undefined) {
        throw new MixopError(
          'data',
          `${place} tensors`,
          `has no ${name}`,
          'add the tensor: it is needed as an input',
        );
      }
      const length = entry.shape.reduce((product, size) => product * size, 1);
      if (entry.offset + length * 4 > bytes.length) {
        const problem = `ends at byte ${bytes.length}, inside ${name}`;
        throw new MixopError('data', join(folder, 'tensors.f32'), problem, 'copy the fixture again');
      }
      return Float64Array.from({ length }, (_, i) => view.getFloat32(entry.offset + i * 4, true));
    },
  };
}
