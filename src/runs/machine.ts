// Which machine computed which part of a run. It is no part of the configuration: a run may be resumed
// elsewhere, which is recorded here and ends the promise of equal bits.

import { arch, availableParallelism, cpus, release, type } from 'node:os';
import { canonicalJson } from './json.ts';
import type { JsonObject } from './json.ts';

/** A place in a run: what was complete there. */
export interface Position {
  readonly epoch: number;
  readonly step: number;
}

export type Machine = {
  /** Version of mixop. */
  readonly mixop: string;
  readonly executor: string;
  /** The GPU, as the driver names it; null without one. */
  readonly adapter: string | null;
  readonly threads: number;
  readonly node: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
};

/** What one process computed: from `at` on, until the next segment starts. */
export type Segment = Machine & { readonly at: { readonly epoch: number; readonly step: number } };

/** This machine, completed with what only the caller knows. */
export function describeMachine(known: Pick<Machine, 'mixop' | 'executor' | 'adapter' | 'threads'>): Machine {
  const { mixop, executor, adapter, threads } = known;
  return {
    mixop,
    executor,
    adapter,
    threads,
    node: process.version,
    os: `${type()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
  };
}

/** The text of `machine.json`. */
export function machineText(segments: readonly Segment[]): string {
  return canonicalJson({ segments } satisfies JsonObject, 2) + '\n';
}

/** Appends a segment, unless it would repeat the last one: a run killed before it came any further. */
export function addSegment(segments: readonly Segment[], next: Segment): readonly Segment[] {
  const last = segments.at(-1);
  return last && canonicalJson(last) === canonicalJson(next) ? segments : [...segments, next];
}
