// Text forms of genotypes: exact round trips, what the reader accepts, and what it says about mistakes.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { keptEdges } from '../../src/supernet/derive.ts';
import { genotypeJson, genotypeText, parseGenotype } from '../../src/supernet/genotype/text.ts';
import type { Genotype } from '../../src/supernet/genotype/genotype.ts';
import type { ImageSpace } from '../../src/supernet/space.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';

/** NASNet-A as the authors of DARTS write it: five nodes, a source twice in a node, nodes left out of a concat. */
const nasnet: ImageSpace = {
  ...dartsCnn,
  name: 'nasnet',
  operations: [...dartsCnn.operations, { name: 'sep_conv_7x7', layers: [] }],
  cells: {
    normal: { inputs: 2, nodes: 5, inputStride: 1, output: 'concat' },
    reduce: { inputs: 2, nodes: 5, inputStride: 2, output: 'concat' },
  },
};
const nasnetText =
  "Genotype(normal=[('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 0), ('sep_conv_3x3', 0), " +
  "('avg_pool_3x3', 1), ('skip_connect', 0), ('avg_pool_3x3', 0), ('avg_pool_3x3', 0), ('sep_conv_3x3', 1), " +
  "('skip_connect', 1)], normal_concat=[2, 3, 4, 5, 6], reduce=[('sep_conv_5x5', 1), ('sep_conv_7x7', 0), " +
  "('max_pool_3x3', 1), ('sep_conv_7x7', 0), ('avg_pool_3x3', 1), ('sep_conv_5x5', 0), ('skip_connect', 3), " +
  "('avg_pool_3x3', 2), ('sep_conv_3x3', 2), ('max_pool_3x3', 1)], reduce_concat=[4, 5, 6])";

/** A user's space: one input, so the first node keeps one edge of two; two cell kinds that keep every edge. */
const one: ImageSpace = {
  ...dartsCnn,
  name: 'one',
  cells: { only: { ...dartsCnn.cells['normal']!, inputs: 1 } },
};
const dense: ImageSpace = { ...dartsCnn, name: 'dense', derive: { kind: 'everyEdge' } };

const v2 =
  "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), " +
  "('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], " +
  "normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), " +
  "('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], " +
  'reduce_concat=[2, 3, 4, 5])';
const arch =
  '|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|';

function genotypes(space: ImageSpace): fc.Arbitrary<Genotype> {
  const { derive } = space;
  const excluded = derive.kind === 'strongestEdges' ? derive.excluded : [];
  const names = space.operations.map(({ name }) => name).filter((name) => !excluded.includes(name));
  const cells = Object.entries(space.cells).map(([kind, { inputs, nodes, output }]) => {
    const nodeEdges = Array.from({ length: nodes }, (_, node) =>
      fc.tuple(
        ...Array.from({ length: keptEdges(derive, inputs + node) }, (_, index) =>
          fc.record({
            operation: fc.constantFrom(...names),
            from: derive.kind === 'everyEdge' ? fc.constant(index) : fc.nat(inputs + node - 1),
          }),
        ),
      ),
    );
    const states = Array.from({ length: nodes }, (_, node) => inputs + node);
    const concat =
      output === 'last' ? fc.constant([inputs + nodes - 1]) : fc.shuffledSubarray(states, { minLength: 1 });
    return [kind, fc.record({ nodes: fc.tuple(...nodeEdges), concat })] as const;
  });
  return fc.record(Object.fromEntries(cells), { noNullPrototype: true });
}

describe('round trips', () => {
  it.each([dartsCnn, nasbench201, nasnet, one, dense])('are exact in $name, as text and as JSON', (space) => {
    fc.assert(
      fc.property(genotypes(space), (genotype) => {
        const text = genotypeText(genotype, space);
        const json = genotypeJson(genotype, space);
        expect(parseGenotype(text, space)).toEqual(genotype);
        expect(parseGenotype(json, space)).toEqual(genotype);
        expect(JSON.parse(json)).toEqual(genotype);
        expect(genotypeText(parseGenotype(json, space), space)).toBe(text);
      }),
    );
  });

  it.each([
    { text: v2, space: dartsCnn },
    { text: nasnetText, space: nasnet },
    { text: arch, space: nasbench201 },
  ])('keep the published text of $space.name to the letter', ({ text, space }) => {
    expect(genotypeText(parseGenotype(text, space), space)).toBe(text);
  });
});

/** The published fields as a JSON object. */
const fields = (text: string): string =>
  text
    .replace('Genotype(', '{')
    .replace(/\)$/, '}')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll("'", '"')
    .replaceAll(/(\w+)=/g, '"$1": ');

describe('reading accepts', () => {
  it.each([
    { what: 'range(2, 6)', text: v2.replaceAll('[2, 3, 4, 5]', 'range(2, 6)') },
    { what: 'no white space', text: v2.replaceAll(' ', '') },
    { what: 'white space of any kind', text: `\uFEFF\n ${v2.replaceAll(/([(),=[\]])/g, ' $1\r\n\t')}\n` },
    { what: 'double quotes', text: v2.replaceAll("'", '"') },
    {
      what: 'trailing commas',
      text: v2
        .replaceAll(']', ',]')
        .replaceAll(/(\d)\)/g, '$1,)')
        .replace(/\)$/, ',)'),
    },
    { what: 'an assignment', text: `DARTS_V2 = ${v2}` },
    { what: 'an attribute assignment', text: `genotypes.DARTS_V2=${v2}` },
    { what: 'tuples for lists', text: v2.replaceAll('[2, 3, 4, 5]', '(2, 3, 4, 5)') },
    { what: 'the published fields as JSON', text: fields(v2) },
  ])('$what', ({ text }) => {
    expect(genotypeText(parseGenotype(text, dartsCnn), dartsCnn)).toBe(v2);
  });

  it.each([` ${arch}\n`, `'${arch}'`, `arch = "${arch}"`, `best=${arch}`])('the string %s', (text) => {
    expect(genotypeText(parseGenotype(text, nasbench201), nasbench201)).toBe(arch);
  });
});

describe('reading refuses', () => {
  /** `mark` is what the reported position must point at, in the text after the replacement. */
  const rows: readonly (readonly [from: string, to: string, mark: string, problem: RegExp])[] = [
    [')], normal_concat', '), normal_concat', 'normal_concat', /'normal_concat' found where a list/],
    ["('sep_conv_3x3', 0)", "('sep_conv_3x3' 0)", '0', /'0' found where ',' or '\)' was expected/],
    ["('sep_conv_3x3', 0)", "('sep_conv_3x3)", "sep_conv_3x3', 1)", /'sep_conv_3x3' found where ',' or '\)'/],
    ["'sep_conv_3x3'", "'sep_conv3x3'", 'sep_conv3x3', /unknown operation.*did you mean sep_conv_3x3/],
    ["'sep_conv_3x3'", "'zzz'", 'zzz', /unknown operation 'zzz'; use one of max_pool_3x3/],
    ["'sep_conv_3x3'", "'none'", 'none', /'none' is never kept/],
    ["'sep_conv_3x3'", '7', '7', /name of an operation was expected/],
    [
      "'sep_conv_3x3', 0",
      "'sep_conv_3x3', 2",
      '2',
      /source 2 is not before this node; node 0 .*states 0 to 1/,
    ],
    ["'sep_conv_3x3', 0", "'sep_conv_3x3', 6", '6)', /source 6 is no state/],
    ["'sep_conv_3x3', 0", "'sep_conv_3x3', -1", '-1', /source -1 is no state/],
    ["'sep_conv_3x3', 0", "'sep_conv_3x3', 0.5", '0.5', /'0.5' found where/],
    ["('sep_conv_3x3', 0)", "('sep_conv_3x3', 0, 1)", "('sep", /this is not a pair/],
    [
      "('sep_conv_3x3', 0), ",
      '',
      '[',
      /normal has 7 pairs; darts-cnn has nodes of 2, 2, 2, 2 pairs, 8 in all/,
    ],
    ['normal_concat=[2, 3, 4, 5], ', '', 'Genotype', /'normal_concat' is missing/],
    ['reduce_concat=[2, 3, 4, 5]', 'reduce_concat=[]', '[])', /nothing leaves the cell/],
    ['[2, 3, 4, 5]', '[2, 3, 4, 6]', '6]', /state 6 is not a node; list nodes as states 2 to 5/],
    ['[2, 3, 4, 5]', '[1, 3, 4, 5]', '1, 3', /state 1 is not a node/],
    ['[2, 3, 4, 5]', '[2, 3, 3, 5]', '3, 5', /state 3 is listed twice/],
    ['[2, 3, 4, 5]', 'range(2)', 'range', /state 0 is not a node/],
    ['[2, 3, 4, 5]', 'range(2, 6, 1)', 'range', /range with 3 bounds/],
    ['[2, 3, 4, 5]', 'range(0, 999999999)', 'range', /a range of 999999999 states/],
    ['[2, 3, 4, 5]', '5', '5, reduce', /a list of states was expected/],
    [', reduce_concat', ', normal_concat', 'normal_concat=[2, 3, 4, 5])', /'normal_concat' is duplicated/],
    ['reduce=', 'reduct=', 'Genotype', /'reduce' is missing/],
    ['Genotype(', 'Genotype(extra=[], ', '[], ', /unknown field 'extra'/],
    ['Genotype(', 'Genotyp(', 'Genotyp', /'Genotyp' found where/],
    [v2, `${v2} x`, 'x', /'x' found where the end of the text/],
    [v2, v2.slice(0, -1), '', /the text ends where ',' or '\)' was expected/],
    [v2, '', '', /the text ends where/],
    [v2, '['.repeat(20_000), '', /nest deeper/],
    [v2, '[]', '[', /named fields were expected; write it as Genotype\(normal=/],
    [v2, "'|a~0|'", '|a', /a single string is not a genotype of darts-cnn/],
  ];
  it.each(rows.map(([from, to, mark, problem]) => ({ from, to, mark, problem })))(
    '$problem',
    ({ from, to, mark, problem }) => {
      const text = v2.replace(from, () => to);
      const error = failure(`\n  ${text}`, dartsCnn);
      expect(error.message).toMatch(problem);
      const column = Number(/^g\.txt:2:(\d+)$/.exec(error.place)![1]);
      expect(text.slice(column - 3).startsWith(mark), `${error.place} in ${text}`).toBe(true);
    },
  );

  it.each([
    { text: '|nor_conv_3x3~0|', problem: /^g\.txt:1:1: 1 nodes; nasbench201 has 3/ },
    { text: arch.replace('~1|+', '~1|'), problem: /^g\.txt:1:49: the name of an operation/ },
    {
      text: arch.replace('~0|+|', '~0+|'),
      problem: /^g\.txt:1:16: '\|' after the edge was expected; write it as/,
    },
    { text: arch.replace('avg_pool_3x3~1', 'avg_pool_3x3'), problem: /^g\.txt:1:46: '~' between/ },
    {
      text: arch.replace('avg_pool_3x3~1', 'avg_pool_3x3~0'),
      problem: /^g\.txt:1:47: source 0 found where 1/,
    },
    {
      text: arch.replace('avg_pool_3x3', 'avg_pool'),
      problem: /^g\.txt:1:34: unknown operation.*avg_pool_3x3/,
    },
    {
      text: arch.replace('avg_pool_3x3~1|', 'none~1|none~2|'),
      problem: /^g\.txt:1:18: node 1 has 3 edges; .* keeps 2/,
    },
    { text: `${arch}+`, problem: /'\|' before the edges of a node/ },
    { text: `'${arch}' x`, problem: /the end of the text/ },
  ])('$text', ({ text, problem }) => {
    expect(failure(text, nasbench201).message).toMatch(problem);
  });

  const json = genotypeJson(parseGenotype(v2, dartsCnn), dartsCnn);
  it.each([
    { from: '"nodes"', to: '"node"', problem: /unknown field 'node'/ },
    { from: '"from":0', to: '"from":"0"', problem: /the number of a state was expected/ },
    { from: '"from":0', to: '"source":0', problem: /unknown field 'source'/ },
    { from: '{"operation":"sep_conv_3x3","from":0},', to: '', problem: /^g\.txt:1:21: node 0 has 1 edges/ },
    { from: ',"concat":[2,3,4,5]', to: '', problem: /'concat' is missing/ },
    { from: '"normal"', to: 'normal', problem: /^g\.txt:1:2: 'normal' found where a quoted name/ },
    { from: '{"normal"', to: '{"normal_concat":[2],"normal"', problem: /unknown field 'normal_concat'/ },
    { from: '"sep_conv_3x3"', to: String.raw`"sep\u005fconv_3x3"`, problem: /where a quoted name/ },
  ])('JSON: $problem', ({ from, to, problem }) => {
    expect(
      failure(
        json.replace(from, () => to),
        dartsCnn,
      ).message,
    ).toMatch(problem);
  });

  it('arbitrary and mangled text with a MixopError, never another error', () => {
    const mangled = fc
      .tuple(fc.constantFrom(v2, arch, json), fc.nat(), fc.nat(5), fc.string({ maxLength: 3 }))
      .map(([text, at, cut, put]) => {
        const start = at % text.length;
        return text.slice(0, start) + put + text.slice(start + cut);
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), mangled), fc.constantFrom(dartsCnn, nasbench201), (text, space) => {
        expect(otherError(text, space)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('writing refuses', () => {
  const genotype = parseGenotype(v2, dartsCnn);
  it('a genotype of another space, naming the part', () => {
    const [first, ...others] = genotype['normal']!.nodes;
    const nodes = [[{ operation: 'sep_conv_9x9', from: 0 }, first![1]!], ...others];
    const wrong = { ...genotype, normal: { ...genotype['normal']!, nodes } };
    expect(() => genotypeText(wrong, dartsCnn)).toThrow(
      /^genotype normal\.nodes\[0\]\[0\]\.operation: unknown operation/,
    );
    expect(() => genotypeJson({ normal: genotype['normal']! }, dartsCnn)).toThrow(
      /^genotype: the reduce cell is missing/,
    );
    expect(() => genotypeText({ ...genotype, extra: genotype['normal']! }, dartsCnn)).toThrow(
      /unknown cell kind 'extra'/,
    );
  });

  it('names that could not be read again', () => {
    const space = { ...dartsCnn, operations: [...dartsCnn.operations, { name: "it's", layers: [] }] };
    expect(() => genotypeText(genotype, space)).toThrow(/'it's' cannot be written/);
  });
});

function failure(text: string, space: ImageSpace): MixopError {
  try {
    parseGenotype(text, space, 'g.txt');
  } catch (error) {
    if (error instanceof MixopError) return error;
    throw error;
  }
  throw new Error(`accepted ${text}`);
}

/** What parsing throws, where it is no MixopError. */
function otherError(text: string, space: ImageSpace): unknown {
  try {
    parseGenotype(text, space);
  } catch (error) {
    if (!(error instanceof MixopError)) return error;
  }
  return undefined;
}
