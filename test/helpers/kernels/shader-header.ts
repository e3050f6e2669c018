// Reads the header of a shader file (its grammar: executors/webgpu/prelude.ts) and compares it with what a dispatch
// hands to the shader and what the file's code uses of that.
import type { Dispatch } from '../../../src/kernels/webgpu/dispatch.ts';
import { type Arenas, shapeProblems } from './shader-shapes.ts';

const operandKinds = ['reads', 'writes', 'updates'] as const;
const nameKinds = ['words', 'consts', 'extents'] as const;

type Kind = (typeof operandKinds)[number] | (typeof nameKinds)[number];

interface Entry {
  readonly kind: Kind;
  readonly name: string;
  readonly list: boolean;
  readonly optional: boolean;
  /** Of operands only. */
  readonly shape: readonly string[] | undefined;
}

const operandLine = /^\/\/ (reads|writes|updates) +(\w+)(\[\])?(\?)? +\[([^\]]*)\](?:, .+)?$/;
const namesLine = /^\/\/ (words|consts|extents) +(\w+(?:\[\])?(?:, \w+(?:\[\])?)*)$/;

/** The entries of a header: one to five lines of purpose, an empty comment line, then entries only. */
export function parseHeader(text: string): readonly Entry[] {
  const lines = text.split('\n');
  const comment = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('//')),
  );
  const border = comment.indexOf('//');
  if (border < 1 || border > 5)
    throw new Error('not one to five lines of purpose, then an empty comment line');
  return comment.slice(border + 1).flatMap(entriesIn);
}

function entriesIn(line: string): readonly Entry[] {
  const operand = operandLine.exec(line);
  if (operand !== null) {
    const [, kind, name, list, optional, shape] = operand;
    return [
      {
        kind: kind as Kind,
        name: name!,
        list: list !== undefined,
        optional: optional !== undefined,
        shape: shape!.split(',').map((extent) => extent.trim()),
      },
    ];
  }
  const names = namesLine.exec(line);
  if (names === null) throw new Error(`no line of a header: ${line}`);
  return names[2]!.split(', ').map((name) => ({
    kind: names[1] as Kind,
    name: name.replace('[]', ''),
    list: name.endsWith('[]'),
    optional: false,
    shape: undefined,
  }));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\/.*/g, '');
}

/** `absent`: the dispatch lacks the operand, so that the header has to call it optional. */
type Used = Omit<Entry, 'shape' | 'optional'> & { readonly absent: boolean };

/** What the code of a file uses of a dispatch. */
function usedBy(text: string, dispatch: Dispatch): readonly Used[] {
  const code = withoutComments(text);
  const isUsed = (pattern: string): boolean => new RegExp(pattern).test(code);
  const operands = [dispatch.reads, dispatch.writes].flatMap((bindings, index) =>
    Object.entries(bindings).flatMap(([name, operand]): Used[] => {
      const readers = `\\b(load|element)(_at)?_${name}\\(`;
      const written = index === 1;
      if (!isUsed(`${readers}|\\bstore(_at)?_${name}\\(|\\b(count|place)_${name}\\(|\\bhas_${name}\\b`)) {
        return [];
      }
      const kind = written ? (isUsed(readers) ? 'updates' : 'writes') : 'reads';
      return [{ kind, name, list: Array.isArray(operand), absent: operand === undefined }];
    }),
  );
  const words = Object.entries(dispatch.words ?? {}).flatMap(([name, value]): Used[] =>
    isUsed(`\\b${name}\\(`) ? [{ kind: 'words', name, list: Array.isArray(value), absent: false }] : [],
  );
  const constants = (
    [
      ['consts', dispatch.constants],
      ['extents', dispatch.extents],
    ] as const
  ).flatMap(([kind, values]) =>
    Object.keys(values ?? {}).flatMap((name): Used[] =>
      isUsed(`\\b${name}\\b`) ? [{ kind, name, list: false, absent: false }] : [],
    ),
  );
  return [...operands, ...words, ...constants];
}

/** Another file of the shader has functions in the place of the accessors of an operand. */
function suppliedBy(shader: string, name: string): boolean {
  return new RegExp(`\\bfn (load|element)_${name}\\(`).test(shader);
}

/** What is wrong with the header of a file that a dispatch's shader is composed of. */
export function headerProblems(text: string, dispatch: Dispatch, arenas: Arenas): readonly string[] {
  const header = parseHeader(text);
  const used = usedBy(text, dispatch);
  const missing = used
    .filter(({ name }) => !header.some((entry) => entry.name === name))
    .map(({ kind, name, list }) => `${kind} ${name}${list ? '[]' : ''} is used, and not named`);
  const wrong = header.flatMap(({ kind, name, list, optional }) => {
    const found = used.find((one) => one.name === name);
    if (found === undefined && suppliedBy(dispatch.shader, name)) return [];
    if (found === undefined) return [`${kind} ${name} is named, and not used`];
    return [
      ...(found.kind === kind ? [] : [`${name} is of kind ${found.kind}`]),
      ...(found.list === list ? [] : [`${name} is ${list ? 'no list' : 'a list'}`]),
      ...(found.absent && !optional ? [`${name} may be absent`] : []),
    ];
  });
  const repeated = header
    .filter(({ name }, index) => header.findIndex((entry) => entry.name === name) < index)
    .map(({ name }) => `${name} is named twice`);
  return [...missing, ...wrong, ...repeated, ...shapeProblems(header, dispatch, arenas)];
}

/** Operands and constants of a dispatch that none of the files names. */
export function unnamed(texts: readonly string[], { reads, writes, constants }: Dispatch): readonly string[] {
  const named = new Set(texts.flatMap((text) => parseHeader(text).map(({ name }) => name)));
  const all = [...Object.keys(reads), ...Object.keys(writes), ...Object.keys(constants ?? {})];
  return all.filter((name) => !named.has(name)).map((name) => `${name} is bound, and no header names it`);
}

/** Operands that a header calls optional, and all dispatches with the file have. */
export function neverAbsent(text: string, dispatches: readonly Dispatch[]): readonly string[] {
  const single = parseHeader(text).filter(({ optional, list }) => optional && !list);
  return single
    .filter(({ name }) =>
      dispatches.every(({ reads, writes }) => (reads[name] ?? writes[name]) !== undefined),
    )
    .map(({ name }) => `${name} is never absent`);
}
