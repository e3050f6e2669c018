// The file that `mixop bench kernels --json` writes and `--compare` reads.

import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { parseJson } from '../base/parse-json.ts';
import type { KernelSample } from './compare.ts';

const milliseconds = z.array(z.number().nonnegative()).min(1).readonly();

/** Older baselines call launches `pieces`. */
function withLaunches(kernel: unknown): unknown {
  if (typeof kernel !== 'object' || kernel === null || !('pieces' in kernel)) return kernel;
  const { pieces, ...rest } = kernel;
  return { launches: pieces, ...rest };
}

const kernelSchema = z.preprocess(
  withLaunches,
  z.object({
    name: z.string(),
    wall: milliseconds,
    device: milliseconds.exactOptional(),
    /** Stages or dispatches. */
    launches: z.int(),
    flops: z.number(),
    bytes: z.number(),
    multiplyAdds: z.number(),
  }),
);

const schema = z.object({
  format: z.literal('mixop kernels 1'),
  mixop: z.string(),
  executor: z.string(),
  adapter: z.string().nullable(),
  threads: z.int(),
  machine: z.object({ os: z.string(), cpu: z.string(), cores: z.int(), node: z.string() }),
  groups: z.array(
    z.object({
      /** The network of the kernels, with its batch: kernels of equal names and groups do the same work. */
      group: z.string(),
      kernels: z.array(kernelSchema),
    }),
  ),
});

export type KernelsReport = z.infer<typeof schema>;

/** Parses a report; `place` is its file. Throws a `MixopError` for anything else. */
export function parseReport(text: string, place: string): KernelsReport {
  const result = schema.safeParse(parseJson(text, place));
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const problem = `is not what mixop bench kernels --json writes (${path.join('.') || 'the whole'}: ${message})`;
  throw new MixopError('data', place, problem, 'measure the baseline again with --json FILE');
}

/** The device's clock, if all kernels of all reports have it. */
export function commonClock(...reports: readonly KernelsReport[]): 'device' | 'wall' {
  const all = reports.flatMap(({ groups }) => groups.flatMap(({ kernels }) => kernels));
  return all.every(({ device }) => device !== undefined) ? 'device' : 'wall';
}

/** The rounds of all kernels by one clock, under names that include the group. */
export function samplesOf({ groups }: KernelsReport, clock: 'device' | 'wall'): readonly KernelSample[] {
  return groups.flatMap(({ group, kernels }) =>
    kernels.map((kernel) => ({ name: `${group}: ${kernel.name}`, rounds: kernel[clock]! })),
  );
}
