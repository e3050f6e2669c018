// Tables of benchmarks: reading them, and the published behaviour of strategies on NAS-Bench-201.

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columnNamed, parseTable } from '../../src/data/tables/architecture-table.ts';
import { openTable } from '../../src/data/tables/open-table.ts';
import type { DecisionSpace } from '../../src/discrete-baselines/architecture.ts';
import { type Limits, runSearcher, startState } from '../../src/discrete-baselines/loop.ts';
import type { Searcher, Told } from '../../src/discrete-baselines/searcher.ts';
import { chainSpace, nasbenchMacro } from '../../src/discrete-baselines/spaces/chain-space.ts';
import { mannWhitney, meanOf } from '../../src/base/statistics.ts';
import { agingEvolution } from '../../src/discrete-baselines/strategies/aging-evolution.ts';
import { randomSearch } from '../../src/discrete-baselines/strategies/random-search.ts';
import { reinforce } from '../../src/discrete-baselines/strategies/reinforce.ts';
import { tableEvaluator, type TableEvaluator } from '../../src/discrete-baselines/table-evaluator.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { macroTable, nasbench201File } from '../helpers/tables.ts';
import { errorOf } from '../helpers/runs-setup.ts';

const whole = macroTable();
const macro = chainSpace(nasbenchMacro);

/** The text with a line (from 1) replaced, or dropped. */
function withLine(line: number, text?: string): string {
  const lines = whole.split('\n');
  lines.splice(line - 1, 1, ...(text === undefined ? [] : [text]));
  return lines.join('\n');
}

const guidedBy = (space: DecisionSpace, guide: string) => (): unknown =>
  tableEvaluator(parseTable(whole, 'table.csv'), space, { guide, reported: [] });

describe('a table', () => {
  it.each([
    ['no head', 'a,b\n1,2\n', 'table.csv, line 1: its first line (a,b) is not the head of a known table'],
    [
      'a missing architecture',
      withLine(5),
      '1 of the 6561 architectures of nasbench-macro are missing, 00000010 the first',
    ],
    [
      'a doubled one',
      withLine(5, '00000000,1,2,3,'),
      'table.csv, line 5: 00000000 is doubled: it also stands in line 2',
    ],
    [
      'a foreign one',
      withLine(5, '00000003,1,2,3,'),
      'table.csv, line 5, arch: "00000003" is no architecture of nasbench-macro',
    ],
    ['a short line', withLine(5, '00000010,1'), 'table.csv, line 5: 2 values under 5 names'],
    ['words', withLine(5, '00000010,high,2,3,'), 'table.csv, line 5, mean: "high" is no number'],
  ])('with %s is refused', async (_, text, message) => {
    expect(await errorOf(() => parseTable(text, 'table.csv'))).toContain(message);
  });

  const table = parseTable(whole, 'table.csv');
  it.each([
    ['maen', 'column maen: table.csv has none of this name; did you mean mean?'],
    ['xyzzyxyzzy', 'it has mean, params, flops, holes'],
    ['__proto__', 'it has mean, params, flops, holes'],
  ])('names the near columns for %s', async (name, message) => {
    expect(await errorOf(() => columnNamed(table, name))).toContain(message);
  });

  it('guides by no column with holes, and on no other space', async () => {
    expect(await errorOf(guidedBy(macro, 'holes'))).toContain(
      'column holes: table.csv has no value of it for 00000000',
    );
    expect(await errorOf(guidedBy(decisionSpaceOf(nasbench201), 'mean'))).toContain(
      'is a table of nasbench-macro, not of nasbench201',
    );
  });

  it('gives the guide as score and the other columns beside it', async () => {
    const evaluator = tableEvaluator(table, macro, { guide: 'mean', reported: ['params'] });
    const { signal } = new AbortController();
    const request = { id: 0, seed: 0, architecture: [0, 1, 2, 0, 0, 0, 0, 1], fidelity: {} };
    const evaluation = await evaluator.evaluate({ ...request, random: undefined as never }, signal);
    expect(evaluation).toEqual({ score: 68, seconds: 0, epochs: 0, metrics: { params: 1004 } });
    expect(evaluator.optimum).toBe(92);
  });
});

/** The best of every search by score, after the given numbers of evaluations (undefined: at its end). */
async function bestOf(
  space: DecisionSpace,
  searcher: Searcher,
  evaluator: TableEvaluator,
  limits: Limits,
  at: readonly (number | undefined)[],
): Promise<readonly (readonly Told[])[]> {
  const found: Told[][] = at.map(() => []);
  for (let seed = 0; seed < 500; seed++) {
    let best: Told | undefined;
    for await (const event of runSearcher(startState(searcher, seed), {
      space,
      searcher,
      evaluator,
      seed,
      limits,
    })) {
      if (event.kind !== 'told') continue;
      const [told] = event.results;
      if (best === undefined || told!.evaluation.score > best.evaluation.score) best = told;
      const index = at.indexOf(event.state.told);
      if (index >= 0) found[index]!.push(best!);
    }
    const end = at.indexOf(undefined);
    if (end >= 0) found[end]!.push(best!);
  }
  return found;
}

// Simulated independently (random in closed form, the others over thousands of seeds): means of the best 12-epoch
// validation accuracy after 100, 200 and 500 evaluations; and after 12,000 s those of the best's 200 epochs.
const space = decisionSpaceOf(nasbench201);
const rows = [
  { searcher: randomSearch(space), means: [83.7, 84.01, 84.31], timed: [83.73, 90.96, 93.74] },
  { searcher: agingEvolution(space), means: [84.19, 84.55, 84.79], timed: [84.19, 91.18, 93.95] },
  { searcher: reinforce(space), means: [83.81, 84.16, 84.57], timed: [83.84, 91.02, 93.8] },
];

async function open(): Promise<TableEvaluator> {
  return tableEvaluator(await openTable(nasbench201File), space, {
    guide: 'c10_valid_e12',
    reported: ['c10_valid_e200', 'c10_test_e200_naswot'],
  });
}

describe('500 searches on NAS-Bench-201', () => {
  const absent = `${nasbench201File} is absent`;

  it.for(rows)('$searcher.name finds $means after 100, 200, 500 evaluations', async (row, { skip }) => {
    skip(!existsSync(nasbench201File), absent);
    const { searcher, means } = row;
    const found = await bestOf(space, searcher, await open(), { evaluations: 500 }, [100, 200, 500]);
    for (const [i, mean] of means.entries()) {
      const scores = found[i]!.map(({ evaluation }) => evaluation.score);
      expect(Math.abs(meanOf(scores).mean - mean)).toBeLessThan(0.1);
    }
  });

  it('within 12,000 s: as simulated, aging evolution above random search', async ({ skip }) => {
    skip(!existsSync(nasbench201File), absent);
    const evaluator = await open();
    const tests: number[][] = [];
    for (const { searcher, timed } of rows) {
      const [found] = await bestOf(space, searcher, evaluator, { seconds: 12_000 }, [undefined]);
      const columns = [
        found!.map(({ evaluation }) => evaluation.score),
        found!.map(({ evaluation }) => evaluation.metrics['c10_valid_e200']!),
        found!.map(({ evaluation }) => evaluation.metrics['c10_test_e200_naswot']!),
      ];
      for (const [i, mean] of timed.entries()) {
        expect(Math.abs(meanOf(columns[i]!).mean - mean)).toBeLessThan(0.1);
      }
      tests.push(columns[2]!);
    }
    const [random, aging] = tests;
    expect(mannWhitney(aging!, random!)).toBeLessThan(1e-6);
  });
});
