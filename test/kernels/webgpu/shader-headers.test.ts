// The headers of shader files, compared with every dispatch of all cases of all operations. Needs no device.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lowerPlan } from '../../../src/kernels/executors/webgpu/lower.ts';
import { lowerings } from '../../../src/kernels/executors/webgpu/table.ts';
import { PlanBuilder } from '../../../src/kernels/graph.ts';
import * as naiveFan from '../../../src/kernels/operations/fan/webgpu/naive/lower.ts';
import type { Dispatch } from '../../../src/kernels/webgpu/dispatch.ts';
import { fanCases, nodeCases, preprocessCases } from '../../helpers/kernels/composite-cases.ts';
import { type Build, record } from '../../helpers/kernels/operation-cases.ts';
import { primitiveCases, sizes } from '../../helpers/kernels/primitive-cases.ts';
import { headerProblems, neverAbsent, unnamed } from '../../helpers/kernels/shader-header.ts';
import { arenas, updateCases } from '../../helpers/kernels/update-cases.ts';

const folder = new URL('../../../src/kernels/', import.meta.url);
/** The prelude puts it into every text; it uses nothing of a dispatch. */
const common = 'executors/webgpu/common.wgsl';

const files = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.wgsl') && path !== common)
    .map((path) => [path, readFileSync(new URL(path, folder), 'utf8')]),
);

const cases: readonly Readonly<Record<string, Build>>[] = [
  Object.fromEntries([...fanCases, ...nodeCases, ...preprocessCases]),
  ...sizes.map(([shape, other]) => primitiveCases(shape, other)),
  ...arenas.map((shapes) => Object.fromEntries(updateCases(shapes))),
];

interface Lowered {
  readonly dispatch: Dispatch;
  readonly arenas: Readonly<Record<string, number>>;
  /** Paths of the files that its shader is composed of. */
  readonly composedOf: readonly string[];
}

/** By the kernels that run, and by the first rungs of a fan's. */
const ways = [
  ['tiles', lowerings],
  ['workgroup', lowerings],
  ['tiles', { ...lowerings, fan: naiveFan }],
] as const;

/** Joined dispatches as their parts. */
const lowered: readonly Lowered[] = cases.flatMap((each) => {
  const { plan } = record(each);
  const programs = ways.flatMap(([schedule, table]) => lowerPlan(plan, schedule, 2 ** 28, table).programs);
  return programs
    .flatMap(({ dispatches }) => dispatches.flatMap(({ dispatch }) => dispatch.parts ?? [dispatch]))
    .map((dispatch) => ({
      dispatch,
      arenas: plan.arenas,
      composedOf: [...files].filter(([, text]) => dispatch.shader.includes(text)).map(([path]) => path),
    }));
});

describe('the header of a shader file', () => {
  it.each([...files])('%s', (path, text) => {
    const uses = lowered.filter(({ composedOf }) => composedOf.includes(path));
    expect(uses.length, 'dispatches with this file').toBeGreaterThan(0);
    const problems = uses.flatMap(({ dispatch, arenas: known }) => headerProblems(text, dispatch, known));
    expect([...new Set(problems)]).toEqual([]);
    expect(
      neverAbsent(
        text,
        uses.map(({ dispatch }) => dispatch),
      ),
    ).toEqual([]);
  });

  it('names, in one of the files, every operand and constant of a dispatch', () => {
    const problems = lowered.flatMap(({ dispatch, composedOf }) => {
      expect(composedOf.length).toBeGreaterThan(0);
      return unnamed(
        composedOf.map((path) => files.get(path)!),
        dispatch,
      );
    });
    expect([...new Set(problems)]).toEqual([]);
  });
});

const builder = new PlanBuilder();
const [x, other, y] = [
  builder.persistent('a', 'x', [2, 5, 7, 3]),
  builder.persistent('a', 'other', [2, 5, 7, 4]),
  builder.persistent('a', 'y', [10, 7, 3]),
];

const right = `// y = scale * x.
//
// reads    x        [N, H, W, C]
// reads    others[]  [N, H, W, C_k], one a branch
// reads    bias?    [C]
// updates  y        [NH, W, C]
// words    scale, starts[]
// consts   LANES
// extents  C

// A comment that names load_z(i) and width().
fn thread(i: u32) {
  let sum = load_x(i) + load_others(starts(0u), i) + load_bias(i % C) + load_y(i);
  store_y(i, f32(LANES) * scale() * sum);
}
`;

const example: Dispatch = {
  shader: right,
  constants: { LANES: 8 },
  extents: { C: 3 },
  reads: { x, others: [x, other], bias: undefined },
  writes: { y },
  words: { scale: 2, starts: [0, 1], spare: 3 },
  size: { threads: 1 },
  flops: 0,
  bytes: 0,
};

function problemsOf(text: string): readonly string[] {
  return headerProblems(text, { ...example, shader: text }, {});
}

describe('a header', () => {
  it('that is right passes', () => {
    expect(problemsOf(right)).toEqual([]);
    expect(unnamed([right], example)).toEqual([]);
  });

  it.each([
    ['lacks an operand', /\/\/ reads {4}x .*\n/, '', 'reads x is used, and not named'],
    ['lacks a word', 'scale, starts', 'starts', 'words scale is used, and not named'],
    ['lacks a constant', '// consts   LANES\n', '', 'consts LANES is used, and not named'],
    [
      'names an operand that does not exist',
      'reads    x  ',
      'reads    z  ',
      'reads z is named, and not used',
    ],
    ['names a word that is not used', 'words    ', 'words    spare, ', 'words spare is named, and not used'],
    ['has another kind of operand', 'updates  y', 'writes   y', 'y is of kind updates'],
    ['has another kind of constant', 'extents  C', 'consts   C', 'C is of kind extents'],
    ['calls a list one operand', 'others[]', 'others', 'others is a list'],
    ['calls an operand a list', 'x        [N', 'x[]      [N', 'x is no list'],
    ['calls a word a list', 'scale,', 'scale[],', 'scale is no list'],
    ['calls what may be absent needed', 'bias?', 'bias', 'bias may be absent'],
    ['has another rank', '[NH, W, C]', '[N, H, W, C]', 'y is not [N, H, W, C]: [10, 7, 3]'],
    ['has another extent', '[NH, W, C]', '[NH, C, C]', 'y is not [NH, C, C]: [10, 7, 3]'],
    ['has one extent for several', 'C_k', 'C', 'others is not [N, H, W, C]: [2, 5, 7, 4]'],
    ['names an operand twice', '// consts', '// words    scale\n// consts', 'scale is named twice'],
  ])('that %s is found', (_, from, to, problem) => {
    const text = right.replace(from, to);
    expect(text).not.toBe(right);
    expect(problemsOf(text)).toContain(problem);
  });

  it.each([
    ['without a purpose', /.*\n/, ''],
    ['of another grammar', 'reads    x ', 'uses     x '],
    ['without a shape', '[NH, W, C]', ''],
  ])('%s is refused', (_, from, to) => {
    expect(() => problemsOf(right.replace(from, to))).toThrow(/no line of a header|not one to five lines/);
  });

  it('that calls an operand optional which is always there is found', () => {
    expect(neverAbsent(right, [example])).toEqual([]);
    const bound = { ...example, reads: { ...example.reads, bias: x } };
    expect(neverAbsent(right, [bound])).toEqual(['bias is never absent']);
  });

  it('that leaves an operand to no file is found', () => {
    expect(unnamed([right], { ...example, reads: { ...example.reads, z: x } })).toEqual([
      'z is bound, and no header names it',
    ]);
  });
});
