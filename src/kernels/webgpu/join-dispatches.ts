// Joins dispatches that do not depend on each other into one: each becomes a range of groups (or threads). Small
// ones then fill a GPU, and the host has less to encode.

import type { Dispatch, DispatchContext, Bindings, Word } from './dispatch.ts';

const accessor = /\b(has|count|place|(?:load|element|store)(?:_at)?)_(\w+)/g;
const declared = /\b(?:fn|struct|const|var<(?:private|workgroup)>)\s+(\w+)/g;

/** The dispatch with a prefix before all names that it declares and uses, its entry included. */
function renamed(dispatch: Dispatch, prefix: string): Dispatch {
  const { extents, ...rest } = dispatch;
  const { reads, writes, words } = rest;
  const constants = { ...rest.constants, ...extents };
  const operands = new Set([...Object.keys(reads), ...Object.keys(writes)]);
  const names = new Set([...Object.keys(words ?? {}), ...Object.keys(constants)]);
  for (const [, name] of dispatch.shader.matchAll(declared)) names.add(name!);
  const shader = dispatch.shader
    .replaceAll(accessor, (whole, verb: string, name: string) =>
      operands.has(name) ? `${verb}_${prefix}${name}` : whole,
    )
    .replaceAll(/\b[A-Za-z_]\w*\b/g, (name) => (names.has(name) ? prefix + name : name));
  const prefixed = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
  return {
    ...rest,
    shader,
    reads: prefixed<Bindings[string]>(reads),
    writes: prefixed<Bindings[string]>(writes),
    words: prefixed<Word | readonly Word[]>(words ?? {}),
    constants: prefixed<Word | boolean>(constants),
  };
}

function extentOf({ size }: Dispatch): number {
  return 'threads' in size ? size.threads : size.groups;
}

/** dispatches: at least one, all of threads, or all of groups of equally many lanes. Extents become constants. */
function joinDispatches(dispatches: readonly Dispatch[]): Dispatch {
  const [first] = dispatches;
  if (first === undefined) throw new Error('no dispatches');
  if (dispatches.length === 1) return first;
  const parts = dispatches.map((dispatch, index) => renamed(dispatch, `part${index}_`));
  const lanes = 'lanes' in first.size ? first.size.lanes : undefined;
  for (const { size } of dispatches) {
    if (('lanes' in size ? size.lanes : undefined) !== lanes) {
      throw new Error('dispatches of different kinds cannot be joined');
    }
  }
  const ends: number[] = [];
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + extentOf(part));
  const call = (index: number): string => {
    const from = index === 0 ? 'index' : `index - joined_ends(${index - 1}u)`;
    return lanes === undefined ? `part${index}_thread(${from});` : `part${index}_group(${from}, lane);`;
  };
  const choices = parts
    .slice(0, -1)
    .map((_, index) => `if (index < joined_ends(${index}u)) { ${call(index)} }`);
  const entry = lanes === undefined ? 'fn thread(index: u32)' : 'fn group(index: u32, lane: u32)';
  const merged = <T>(of: (part: Dispatch) => Readonly<Record<string, T>> | undefined): Record<string, T> =>
    Object.assign({}, ...parts.map(of)) as Record<string, T>;
  const total = ends.at(-1)!;
  return {
    shader: [
      ...parts.map(({ shader }) => shader),
      `${entry} { ${choices.join(' else ')} else { ${call(parts.length - 1)} } }`,
    ].join('\n'),
    constants: merged((part) => part.constants),
    reads: merged((part) => part.reads),
    writes: merged((part) => part.writes),
    words: { joined_ends: ends, ...merged((part) => part.words) },
    size: lanes === undefined ? { threads: total } : { groups: total, lanes },
    flops: parts.reduce((sum, { flops }) => sum + flops, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: dispatches,
  };
}

/** Stages of independent dispatches: joined on a GPU, one by one on a software adapter, which compiles slowly. */
export function joinStages(
  schedule: DispatchContext['schedule'],
  stages: readonly (readonly Dispatch[])[],
): readonly Dispatch[] {
  if (schedule === 'tiles') return stages.flat();
  return stages.filter((stage) => stage.length > 0).map(joinDispatches);
}
