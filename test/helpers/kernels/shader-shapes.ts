// Compares the shapes in the header of a shader file (grammar: executors/webgpu/prelude.ts) with a dispatch's operands.
import { count, pitchOf } from '../../../src/kernels/tensor.ts';
import type { Bindings, Dispatch, Operand } from '../../../src/kernels/webgpu/dispatch.ts';

/** Of a header's entries. */
interface Shaped {
  readonly name: string;
  readonly optional: boolean;
  /** Of operands only. */
  readonly shape: readonly string[] | undefined;
}

/** Elements by arena. */
export type Arenas = Readonly<Record<string, number>>;

/** What the names in shapes mean in one dispatch. */
type Sizes = Map<string, number | readonly number[]>;

/** What is wrong with the shapes of operands in the header of a shader file. */
export function shapeProblems(
  header: readonly Shaped[],
  dispatch: Dispatch,
  arenas: Arenas,
): readonly string[] {
  const { reads, writes, words, constants, extents } = dispatch;
  const sizes: Sizes = new Map();
  for (const [name, value] of Object.entries({ ...words, ...constants, ...extents })) {
    if (typeof value === 'number') sizes.set(name, value);
  }
  const bound = new Map(Object.entries({ ...reads, ...writes }).map(([name, one]) => [name, listOf(one)]));
  const all = header.flatMap(({ name, shape, optional }) =>
    (bound.get(name) ?? []).map((operand) => ({ name, shape: shape ?? [], optional, operand })),
  );
  /** Where an item of a list is absent, another operand is bound in its place. */
  const standsIn = (name: string, operand: Operand): boolean =>
    [...bound].some(([other, list]) => other !== name && list.includes(operand));
  // Tensors tell what names mean; of workspace only the size is known.
  const ordered = all.toSorted(
    (a, b) => Number(a.operand.kind !== 'tensor') - Number(b.operand.kind !== 'tensor'),
  );
  return ordered.flatMap(({ name, shape, optional, operand }) => {
    if ((optional && standsIn(name, operand)) || fits(shape, operand, sizes, arenas)) return [];
    return [`${name} is not [${shape.join(', ')}]: ${described(operand)}`];
  });
}

function listOf(operand: Bindings[string]): readonly Operand[] {
  if (operand === undefined) return [];
  return 'kind' in operand ? [operand] : operand;
}

function fits(shape: readonly string[], operand: Operand, sizes: Sizes, arenas: Arenas): boolean {
  switch (operand.kind) {
    case 'tensor':
      return tensorFits(shape, operand.shape, sizes);
    case 'vector':
      return tensorFits(shape, [operand.part?.elements ?? arenas[operand.arena]!], sizes);
    case 'workspace':
      return workspaceFits(shape, operand.elements, sizes);
  }
}

function tensorFits(shape: readonly string[], actual: readonly number[], sizes: Sizes): boolean {
  const at = shape.findIndex((extent) => extent.startsWith('...'));
  if (at < 0) {
    return (
      shape.length === actual.length && shape.every((extent, axis) => same(extent, actual[axis]!, sizes))
    );
  }
  const after = shape.length - at - 1;
  if (actual.length < at + after) return false;
  const between = actual.slice(at, actual.length - after);
  const name = shape[at]!;
  const known = name.endsWith('_k') ? undefined : sizes.get(name);
  sizes.set(name, between);
  return (
    (known === undefined || String(known) === String(between)) &&
    tensorFits(shape.toSpliced(at, 1), actual.toSpliced(at, between.length), sizes)
  );
}

function same(extent: string, actual: number, sizes: Sizes): boolean {
  if (extent.endsWith('_k')) return true;
  const expected = /^\d/.test(extent) ? Number(extent) : (sizes.get(extent) ?? actual);
  sizes.set(extent, expected);
  return expected === actual;
}

/** Its rows are padded to vec4s. Where a single extent is not known yet, it follows. */
function workspaceFits(shape: readonly string[], elements: number, sizes: Sizes): boolean {
  const sizeOf = (extent: string) => (/^\d/.test(extent) ? Number(extent) : sizes.get(extent));
  const unknown = shape.filter((extent) => sizeOf(extent) === undefined);
  const axes = shape.flatMap((extent) => sizeOf(extent) ?? 1);
  if (!unknown.includes(shape.at(-1)!)) axes.push(pitchOf([axes.pop()!]));
  const product = count(axes);
  if (unknown.length === 0) return product === elements;
  if (unknown.length > 1) return elements % product === 0;
  sizes.set(unknown[0]!, elements / product);
  return elements % product === 0;
}

function described(operand: Operand): string {
  switch (operand.kind) {
    case 'tensor':
      return `[${operand.shape.join(', ')}]`;
    case 'vector':
      return `the arena ${operand.arena}`;
    case 'workspace':
      return `${operand.elements} elements`;
  }
}
