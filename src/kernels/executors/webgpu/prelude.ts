// Composes the text of a shader: bindings, constants, and an accessor for every operand and word that it names. All
// operands that lie in one GPU buffer share a binding, since WebGPU forbids reading and writing one buffer through
// two of them; where an operand starts in it is a uniform word, so that one pipeline serves many placements.
//
// Since a shader file does not declare what it is handed, its header lists it: one to five lines of purpose, `//`, then
//
//   reads    x     [N, H, W, C], remark   an operand that it only reads
//   writes   y     [N, OH, OW, C]         one that it only writes
//   updates  dx    [N, H, W, C]           one that it reads and writes
//   words    width, starts[]              functions of the dispatch's words
//   consts   LANES                        the dispatch's constants
//   extents  H, W                         its extents: constants on a GPU, variables on a software adapter
//
// `xs[]` is a list; `bias?` may be absent; an item of `mixes[]?` may, and another operand is then bound in its place.
// In a shape a name means the same throughout the dispatch, and what the word, constant or extent of that name is;
// `...` is any number of extents, and `C_k` differs from one item of a list to the next. Where a dispatch joins several
// files, each lists what it uses itself. test/kernels/webgpu/shader-headers.test.ts compares all of this with all
// dispatches.

import common from './common.wgsl';
import type { Dispatch, Operand, Word } from '../../webgpu/dispatch.ts';

/** A GPU buffer, and an offset in vec4s. */
export interface BufferPlacement {
  readonly buffer: number;
  readonly offset: number;
}

export interface Composed {
  readonly text: string;
  /** In the order of their bindings, which start at 1; binding 0 are the words. */
  readonly bindings: readonly { readonly buffer: number; readonly written: boolean }[];
  readonly words: Uint32Array;
}

/** Buffers of a dispatch in the order of first use, and whether it writes them. */
class Bindings {
  readonly list: { buffer: number; written: boolean }[] = [];

  of(buffer: number, written: boolean): number {
    const known = this.list.findIndex((binding) => binding.buffer === buffer);
    if (known >= 0) {
      this.list[known]!.written ||= written;
      return known;
    }
    return this.list.push({ buffer, written }) - 1;
  }
}

const scratch = new DataView(new ArrayBuffer(4));

function bitsOf(word: Word): number {
  if (typeof word === 'number') return word >>> 0;
  scratch.setFloat32(0, word.f32);
  return scratch.getUint32(0);
}

/** Expression of a word at a known index. */
function wordAt(index: number): string {
  return `words[${index >> 2}u].${'xyzw'[index & 3]}`;
}

/** The words of a dispatch. Lists come last, so that the text does not depend on their lengths. */
class Words {
  private readonly single: number[] = [];
  private readonly lists: { readonly start: number; readonly items: readonly number[] }[] = [];

  /** Returns the expression of the word. */
  add(word: number): string {
    return wordAt(this.single.push(word) - 1);
  }

  /** Returns the expression of word `k` of the list. */
  addList(items: readonly number[]): string {
    const start = this.single.push(0) - 1;
    this.lists.push({ start, items });
    return `word_in(${wordAt(start)} + k)`;
  }

  all(): Uint32Array {
    const all = [...this.single];
    for (const { start, items } of this.lists) {
      all[start] = all.length;
      all.push(...items);
    }
    const padded = new Uint32Array(Math.ceil(all.length / blockOfWords) * blockOfWords);
    padded.set(all);
    return padded;
  }
}

/** The place of a list's operand: an offset in the lower bits, above them which of the list's buffers it lies in. */
const offsetBits = 28;

function packPlace(buffer: number, offset: number): number {
  if (offset >= 2 ** offsetBits || buffer >= 2 ** (32 - offsetBits))
    throw new Error(`buffer ${buffer}, offset ${offset}: beyond what a place can hold`);
  return buffer * 2 ** offsetBits + offset;
}

/** Words are padded to blocks of so many, since their number is in the text. */
const blockOfWords = 128;

export interface ComposeOptions {
  /** Threads of a workgroup, for dispatches of threads. */
  readonly workgroup: number;
  /** Compiles extents into the text: faster code, but a pipeline for every shape. */
  readonly specialise: boolean;
}

export function compose(
  dispatch: Dispatch,
  place: (operand: Operand) => BufferPlacement,
  { workgroup, specialise }: ComposeOptions,
): Composed {
  const bindings = new Bindings();
  const words = new Words();
  words.add('threads' in dispatch.size ? dispatch.size.threads : dispatch.size.groups);
  const lines: string[] = [];

  for (const [operands, written] of [
    [dispatch.reads, false],
    [dispatch.writes, true],
  ] as const) {
    for (const [name, operand] of Object.entries(operands)) {
      if (Array.isArray(operand)) {
        lines.push(...listAccessors(name, operand as readonly Operand[], written));
      } else lines.push(...accessors(name, operand as Operand | undefined, written));
    }
  }
  for (const [name, value] of Object.entries(dispatch.words ?? {})) {
    const list = Array.isArray(value) ? (value as readonly Word[]) : undefined;
    const float = typeof (list === undefined ? value : list[0]) === 'object';
    const at = list === undefined ? words.add(bitsOf(value as Word)) : words.addList(list.map(bitsOf));
    const result = float ? `bitcast<f32>(${at})` : at;
    lines.push(`fn ${name}(${list ? 'k: u32' : ''}) -> ${float ? 'f32' : 'u32'} { return ${result}; }`);
  }

  const extents: string[] = [];
  for (const [name, value] of Object.entries(dispatch.extents ?? {})) {
    if (specialise) lines.push(constant(name, value));
    else {
      lines.push(`var<private> ${name}: u32;`);
      extents.push(`${name} = ${words.add(value)};`);
    }
  }

  function accessors(name: string, operand: Operand | undefined, written: boolean): string[] {
    if (operand === undefined) {
      const store = written ? [`fn store_${name}(i: u32, value: vec4f) {}`] : [];
      return [`const has_${name} = false;`, ...readers(name, '', () => ''), ...store];
    }
    const { buffer, offset } = place(operand);
    const from = `buffer${bindings.of(buffer, written)}`;
    const first = words.add(offset);
    const at = (i: string): string => `${from}[${first} + ${i}]`;
    return [
      `const has_${name} = true;`,
      ...readers(name, '', (i, lane) => `return ${at(i)}${lane};`),
      ...(written ? [`fn store_${name}(i: u32, value: vec4f) { ${at('i')} = value; }`] : []),
    ];
  }

  function listAccessors(name: string, list: readonly Operand[], written: boolean): string[] {
    const count = words.add(list.length);
    const placements = list.map((operand) => place(operand));
    const used = placements.map(({ buffer }) => bindings.of(buffer, written));
    const buffers = [...new Set(used)].sort((a, b) => a - b);
    const packed = words.addList(
      placements.map(({ offset }, k) => packPlace(buffers.indexOf(used[k]!), offset)),
    );
    const each = (i: string, body: (at: string) => string): string => {
      if (buffers.length <= 1) return buffers.map((one) => body(`buffer${one}[place + ${i}]`)).join('');
      const offset = `(place & ${2 ** offsetBits - 1}u)`;
      const text = buffers.map((one, k) => `case ${k}u: { ${body(`buffer${one}[${offset} + ${i}]`)} }`);
      return `switch place >> ${offsetBits}u { ${text.join(' ')} default: {} }`;
    };
    const reader = (verb: string, type: string): string =>
      `fn ${verb}_${name}(k: u32, i: u32) -> ${type} { return ${verb}_at_${name}(place_${name}(k), i); }`;
    return [
      `fn count_${name}() -> u32 { return ${count}; }`,
      `fn place_${name}(k: u32) -> u32 { return ${packed}; }`,
      ...readers(`at_${name}`, 'place: u32, ', (i, lane) => each(i, (at) => `return ${at}${lane};`)),
      reader('load', 'vec4f'),
      reader('element', 'f32'),
      ...(written
        ? [
            `fn store_at_${name}(place: u32, i: u32, value: vec4f) { ${each('i', (at) => `${at} = value;`)} }`,
            `fn store_${name}(k: u32, i: u32, value: vec4f) { store_at_${name}(place_${name}(k), i, value); }`,
          ]
        : []),
    ];
  }

  const main =
    'threads' in dispatch.size
      ? entry(workgroup, `let index = workgroup * ${workgroup}u + lane;`, [...extents, 'thread(index);'])
      : entry(dispatch.size.lanes, 'let index = workgroup;', [...extents, 'group(index, lane);']);
  const constants = Object.entries(dispatch.constants ?? {}).map(([name, value]) => constant(name, value));
  const declared = bindings.list.map(
    ({ written }, index) =>
      `@group(0) @binding(${index + 1}) var<storage, ${written ? 'read_write' : 'read'}> buffer${index}: array<vec4f>;`,
  );
  const values = words.all();
  const uniform = `@group(0) @binding(0) var<uniform> words: array<vec4u, ${values.length / 4}>;
fn word_in(i: u32) -> u32 { return words[i >> 2u][i & 3u]; }`;
  const text = [uniform, ...declared, ...constants, ...lines, common, dispatch.shader, main].join('\n');
  return { text, bindings: bindings.list, words: values };
}

/** WGSL wants a return after a switch. */
function ending(text: string, rest: string): string {
  return text.startsWith('return') ? text : `${text} ${rest}`;
}

/** body: the statement that returns a vec4, or a lane of it; empty for an absent operand. */
function readers(name: string, list: string, body: (i: string, lane: string) => string): string[] {
  return [
    `fn load_${name}(${list}i: u32) -> vec4f { ${ending(body('i', ''), 'return vec4f();')} }`,
    `fn element_${name}(${list}i: u32) -> f32 { ${ending(body('(i >> 2u)', '[i & 3u]'), 'return 0.0;')} }`,
  ];
}

function constant(name: string, value: Word | boolean): string {
  if (typeof value === 'boolean') return `const ${name} = ${value};`;
  if (typeof value === 'number') return `const ${name} = ${value}u;`;
  return `const ${name} = ${Math.fround(value.f32)}f;`;
}

/** Workgroups have two dimensions where one is not enough; those beyond the end do nothing. */
function entry(lanes: number, index: string, body: readonly string[]): string {
  return `@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) at: vec3u, @builtin(num_workgroups) all: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = at.y * all.x + at.x;
  ${index}
  if (index < ${wordAt(0)}) { ${body.join(' ')} }
}`;
}
