// Fronts of a score against a second objective: brute force, columns of further files, every evaluator, the commands.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { hypervolume, paretoFront, type Trade } from '../../src/base/pareto.ts';
import { parseTable } from '../../src/data/tables/architecture-table.ts';
import { addColumns, withMoreColumns } from '../../src/data/tables/more-columns.ts';
import { openTable } from '../../src/data/tables/open-table.ts';
import { compareStrategies } from '../../src/discrete-search/compare.ts';
import { frontOf } from '../../src/discrete-search/results/front.ts';
import type { LedgerLine } from '../../src/discrete-search/ledger.ts';
import { reportText } from '../../src/discrete-search/results/report.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import { drawFronts } from '../../src/discrete-search/results/draw-fronts.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { macroTable, nasbench201File, sharedFile } from '../helpers/tables.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();

const side = 6;
const coordinate = fc.integer({ min: 0, max: side });
const points = fc.array(fc.record({ gain: coordinate, cost: coordinate }), { maxLength: 12 });

const dominates = (a: Trade, b: Trade): boolean =>
  a.gain >= b.gain && a.cost <= b.cost && (a.gain > b.gain || a.cost < b.cost);

describe('a front', () => {
  it('is what no point dominates, one of equals, by increasing cost', () => {
    fc.assert(
      fc.property(points, (all) => {
        const kept = all.filter((point) => !all.some((other) => dominates(other, point)));
        const first = kept.filter(
          (point, i) => kept.findIndex(({ gain, cost }) => gain === point.gain && cost === point.cost) === i,
        );
        expect(paretoFront(all)).toEqual(first.toSorted((a, b) => a.cost - b.cost));
      }),
    );
  });

  it('covers the unit squares that one of the points dominates', () => {
    fc.assert(
      fc.property(points, coordinate, coordinate, (all, gain, cost) => {
        let squares = 0;
        for (let x = 0; x < cost; x++) {
          for (let y = gain; y < side; y++) {
            if (all.some((point) => point.cost <= x && point.gain > y)) squares++;
          }
        }
        expect(hypervolume(all, { gain, cost })).toBe(squares);
      }),
    );
  });
});

/** A table with an index, of all cells of NAS-Bench-201, the better the more of their digits are 3. */
function cellTable(): string {
  const rows = Array.from({ length: 5 ** 6 }, (_, i) => {
    const name = i.toString(5).padStart(6, '0');
    return `${i},${name},${50 + name.replaceAll(/[^3]/g, '').length}`;
  });
  return ['index,ops,c10_valid_e12', ...rows].join('\n');
}

const more = (lines: readonly string[]): string => ['index,pixel3,fpga', ...lines].join('\n');

function line(id: number, score: number, cost: number, epochs?: number): LedgerLine {
  const place = { epoch: 0, step: id, epochs: 0, strategy: 'a', seed: 0, seconds: 0 };
  const known = { ...place, id, score, architecture: [id], metrics: { cost } };
  return epochs === undefined ? known : { ...known, budget: { epochs } };
}

function idsOnFront(lines: readonly LedgerLine[]): readonly number[] {
  return frontOf(lines, 'cost', String)!.points.map(({ id }) => id);
}

describe('further columns', () => {
  const table = parseTable(cellTable(), 'table.csv');
  const rows = Array.from({ length: 5 ** 6 }, (_, i) => `${i},${i / 100},${i}`);

  it('go by index; what is known to be a fault is missing', () => {
    const { columns } = addColumns(table, more(rows.toReversed()), 'more.csv');
    expect([...columns['fpga']!.subarray(0, 3)]).toEqual([0, 1, 2]);
    expect([...columns['pixel3']!.subarray(48, 52)]).toEqual([Number.NaN, Number.NaN, 0.5, 0.51]);
    expect(Object.keys(columns)).toEqual(['c10_valid_e12', 'pixel3', 'fpga']);
  });

  it.each([
    ['no index', 'fpga\n1', 'more.csv, line 1: has no column index'],
    ['a short line', more(['0,1']), 'more.csv, line 2: 2 values under 3 names'],
    ['a word', more(['0,1,fast']), 'more.csv, line 2, fpga: "fast" is no number'],
    [
      'a foreign index',
      more(['15625,1,1']),
      'more.csv, line 2, index: "15625" is no architecture of table.csv',
    ],
    [
      'a doubled line',
      more([...rows, '7,1,1']),
      'more.csv, line 15627: 7 is doubled: it also stands in line 9',
    ],
    ['a missing line', more(rows.slice(1)), '1 of the 15625 architectures of table.csv are missing'],
    [
      'a known name',
      'index,c10_valid_e12\n' + rows.map((row) => row.split(',', 2).join(',')).join('\n'),
      'rename one',
    ],
  ])('with %s are refused', async (_, text, message) => {
    expect(await errorOf(() => addColumns(table, text, 'more.csv'))).toContain(message);
  });

  it('need a table that numbers its architectures', async () => {
    const macro = parseTable(macroTable(), 'macro.csv');
    expect(await errorOf(() => addColumns(macro, more(rows), 'more.csv'))).toContain('macro.csv: numbers no');
  });

  it('of the published latencies: no fault is left', async ({ skip }) => {
    const path = sharedFile('nb201/nb201-latency-ms.csv.gz');
    skip(!existsSync(path), `${path} is absent`);
    const { columns } = await withMoreColumns(await openTable(nasbench201File), path);
    const faults = (name: string): number => columns[name]!.filter(Number.isNaN).length;
    expect([faults('pixel3'), faults('raspi4'), faults('1080ti_1')]).toEqual([273, 235, 0]);
  });
});

describe('the front of a run', () => {
  it('is that of its whole ledger, by brute force', async () => {
    await writeFile(at('macro.csv'), macroTable());
    const config = { table: at('macro.csv'), strategy: 'random', seeds: 3, budget: { evaluations: 40 } };
    const { front, lines } = await baseline({ config: { ...config, objective: 'params' } });
    const trades = lines.map(({ score, metrics }) => ({ gain: score, cost: metrics['params']! }));
    const kept = trades.filter((one) => !trades.some((other) => dominates(other, one)));
    const expected = new Set(kept.map(({ gain, cost }) => `${gain} ${cost}`));
    expect(new Set(front!.points.map(({ gain, cost }) => `${gain} ${cost}`))).toEqual(expected);
    expect(front!.points).toHaveLength(expected.size);
    for (const { seed, id, gain, text, architecture } of front!.points) {
      expect(lines.find((line) => line.seed === seed && line.id === id)).toMatchObject({
        score: gain,
        architecture,
      });
      expect(text).toBe(architecture.join(''));
    }
    expect(front!.covered.n).toBe(3);
    expect(front!.box.best.gain).toBe(Math.max(...trades.map(({ gain }) => gain)));
  });

  it('holds no architecture without a value', async () => {
    await writeFile(at('cells.csv'), cellTable());
    const numbers = Array.from({ length: 5 ** 6 }, (_, i) => `${i},${i % 7 === 0 ? '' : i}`);
    await writeFile(at('ms.csv'), ['index,ms', ...numbers].join('\n'));
    const table = { table: at('cells.csv'), columns: at('ms.csv'), report: [], objective: 'ms' };
    const { front, lines } = await baseline({
      config: { ...table, strategy: 'random', budget: { evaluations: 99 } },
    });
    expect(lines.some(({ metrics }) => metrics['ms'] === undefined)).toBe(true);
    expect(front!.points.every(({ cost }) => cost % 7 > 0)).toBe(true);
  });

  it('leaves out looks with less than the largest budget', () => {
    const looks = [line(0, 9, 1, 1), line(1, 5, 2, 3), line(2, 4, 3, 3), line(3, 3, 1, 3)];
    expect(idsOnFront(looks)).toEqual([3, 1]);
    expect(idsOnFront([...looks, line(4, 1, 4)])).toEqual([4]);
    expect(frontOf([], 'cost', String)).toBeUndefined();
  });

  it.each([
    ['params', 'parameters'],
    ['flops', 'multiplyAdds'],
  ])('counts %s of trained networks', async (objective, name) => {
    const train = { data: 'digits', channels: 2, cells: 1, batch: 16, epochs: 1, trainFraction: 0.05 };
    const config = { train, strategy: 'random', objective, budget: { evaluations: 3 } };
    const { front, lines } = await baseline({ config, executor: { threads: 1 } });
    expect(front!.objective).toBe(name);
    const least = Math.min(...lines.map(({ metrics }) => metrics[name]!));
    expect(front!.points[0]!.cost).toBe(least);
  });

  it('is held against those of other strategies in one box', async () => {
    await writeFile(at('macro.csv'), macroTable());
    const config = { table: at('macro.csv'), objective: 'params', seeds: 4, budget: { evaluations: 40 } };
    const { rows } = await compareStrategies({ strategies: ['local-search'], config });
    const [a, b] = rows.map(({ front }) => front!);
    expect(a!.box).toEqual(b!.box);
    for (const [one, other] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      const beaten = one.points.filter((point) => other.points.some((from) => dominates(from, point)));
      expect(one.unbeaten).toBe(one.points.length - beaten.length);
      expect(one.covered.mean).toBeGreaterThan(0);
      expect(one.covered.mean).toBeLessThanOrEqual(1);
    }
  });
});

it('bars of an architecture are no columns of the report', async () => {
  await writeFile(at('cells.csv'), cellTable());
  const budget = { evaluations: 5 };
  const config = { table: at('cells.csv'), report: ['c10_valid_e12'], objective: 'c10_valid_e12', budget };
  const report = reportText(await compareStrategies({ strategies: [], config }), 1);
  const rows = report.split('\n').filter((line) => line.startsWith('| ') && line.includes('~0'));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(7);
});

it('a front of one point is drawn', () => {
  const svg = drawFronts([{ name: 'a<b', points: [{ gain: 3, cost: 4 }] }], 'ms', 'score');
  expect(svg).toContain('a&lt;b');
  expect(svg.match(/<circle/g)).toHaveLength(1);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

describe('the commands', () => {
  beforeAll(buildCli, 120_000);

  it('print and draw the front, and name what they know', async () => {
    await writeFile(at('macro.csv'), macroTable());
    const args = '--table macro.csv --budget 30 --seeds 2';
    const one = await mixop(`baseline random ${args} --objective params --out one`, { cwd: at() });
    expect(one.stdout).toContain('front of score against params');
    expect(await readFile(at('one', 'front.svg'), 'utf8')).toContain('>params<');
    const json = await mixop(`baseline random ${args} --objective params --json`, { cwd: at() });
    const { front } = JSON.parse(json.stdout) as { front: { points: readonly { cost: number }[] } };
    expect(front.points.length).toBeGreaterThan(0);
    const both = await mixop(`compare local-search ${args} --objective params --out both`, { cwd: at() });
    expect(both.stdout).toMatch(/local-search +\d+ +\d+ +[\d.]+ ±/);
    const report = await readFile(at('both', 'report.md'), 'utf8');
    expect(report).toContain('![fronts](front.svg)');
    expect(report).toContain('Front of random:');
    expect(await readFile(at('both', 'front.svg'), 'utf8')).toContain('>local-search<');
    for (const [bad, message] of [
      ['--objective parms', '--objective: "parms" is not a known metric; did you mean params'],
      ['--objective params --columns macro.csv', 'macro.csv: numbers no architectures'],
    ] as const) {
      const { code, stderr } = await mixop(`baseline random ${args} ${bad}`, { cwd: at() });
      expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});
