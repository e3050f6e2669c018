// The report page: what it tells of searches and trainings, and that it needs nothing from elsewhere.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrain } from '../src/networks/retrain.ts';
import { heatMap, lineChart } from '../src/report/charts.ts';
import { collectBaseline } from '../src/report/collect-baseline.ts';
import { collectRun } from '../src/report/collect.ts';
import { reportPage } from '../src/report/page.ts';
import { baseline } from '../src/search/baseline/run.ts';
import { search } from '../src/search/search.ts';
import { macroTable } from './helpers/tables.ts';
import { errorOf } from './runs-setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-report-'));
const at = (name: string): string => join(folder, name);
let text = '';
let page = '';

beforeAll(async () => {
  const config = { channels: 2, cells: 1, batch: 16, trainFraction: 0.05, epochs: 2 };
  ({ text } = await search({ config, out: at('a <b> & "c"') }));
  const training = { channels: 2, cells: 2, epochs: 2, batch: 64 };
  await retrain({ genotype: at('a <b> & "c"'), config: training, out: at('training') });
  page = await reportPage([await collectRun(at('a <b> & "c"')), await collectRun(at('training'))]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a report of a search and a training', () => {
  it('needs no network and no script', () => {
    // The only addresses are names of XML's languages.
    const addresses = page.match(/https?:[^"'\s<)]*/g) ?? [];
    expect(new Set(addresses)).toEqual(
      new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']),
    );
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(/);
  });

  it('has cells, genotype in every form, charts, configuration, machines and a comparison', () => {
    expect(page).toContain(text.replaceAll("'", '&#39;'));
    expect(page).toContain('&quot;nodes&quot;');
    expect(page).toContain('digraph');
    expect(page.match(/<h2>/g)).toHaveLength(3);
    for (const title of [
      'loss',
      'accuracy',
      'entropy of softmax(alpha), nats',
      'skip connections of the derived cells',
    ])
      expect(page).toContain(`<figcaption>${title} <small>by epoch</small></figcaption>`);
    for (const part of [
      '<h2>Comparison</h2>',
      '<h3>Configuration</h3>',
      'trainFraction: 0.05',
      '<h3>Machines</h3>',
    ])
      expect(page).toContain(part);
    // Two drawn cells a run; an edge chart for each of two matrices' 14 rows.
    expect(page.match(/ cell<\/figcaption>/g)).toHaveLength(4);
    expect(page.match(/<figure class="small">/g)).toHaveLength(28);
    expect(page).toContain('All runs have one genotype.');
  });

  it('shows names as text', () => {
    expect(page).toContain('a &lt;b&gt; &amp; &quot;c&quot;');
    expect(page).not.toContain('a <b>');
  });
});

describe('a report of searches without a gradient', () => {
  const table = at('macro.csv');
  const common = { table, budget: { evaluations: 30 }, objective: 'params' };
  let shown = '';

  beforeAll(async () => {
    writeFileSync(table, macroTable());
    for (const [name, strategy, seeds] of [
      ['many', 'random', 3],
      ['one', 'local-search', 1],
    ] as const)
      await baseline({ config: { ...common, strategy, seeds }, out: at(name) });
    shown = await reportPage(await Promise.all(['many', 'one'].map((name) => collectBaseline(at(name)))));
  });

  it('has curves with bands, fronts, what was found, configuration and a comparison', async () => {
    const { summary, front, text: best } = await collectBaseline(at('many'));
    expect(summary!.outcomes).toHaveLength(3);
    expect(shown).toContain('<h2>Comparison of searches without a gradient</h2>');
    expect(shown).toContain('random on nasbench-macro, finished, 90 evaluations in 3 of 3 searches');
    expect(shown).toContain('<figcaption>best score so far <small>by evaluations</small></figcaption>');
    expect(shown).toContain('<figcaption>front of score <small>by params</small></figcaption>');
    expect(shown).toContain(`<pre>${best}</pre>`);
    for (const point of front!.points) expect(shown).toContain(`<td>${point.text}</td>`);
    // Both runs in the comparison, and each by itself.
    expect(shown.match(/class="c\d band"/g)).toHaveLength(4);
    expect(shown).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('a run that was stopped before its first evaluation is told, and has no epochs to export', async () => {
    const signal = AbortSignal.abort();
    await baseline({ config: { ...common, strategy: 'random' }, out: at('begun'), signal });
    expect(await reportPage([await collectBaseline(at('begun'))])).toContain('Nothing was evaluated yet.');
    expect(await errorOf(() => collectRun(at('begun')))).toContain('is a search without a gradient');
  });
});

const format = (value: number, step: number): string => `${value.toFixed(2)}/${step.toFixed(2)}`;

describe('charts', () => {
  it('put lines into the frame and round values at the axis', () => {
    const points = [
      [1, 2],
      [3, 4],
    ] as const;
    const chart = lineChart([{ name: 'x', points, color: 9 }], { title: 't', format, range: [2, 4] });
    expect(chart).toContain('class="c1 line" points="73,202 448,12"');
    expect(chart.match(/>[\d.]+\/[\d.]+</g)).toEqual([
      '>2.00/0.50<',
      '>2.50/0.50<',
      '>3.00/0.50<',
      '>3.50/0.50<',
      '>4.00/0.50<',
    ]);
    expect(lineChart([{ name: 'x', points: [], color: 0 }], { title: 't', format })).toBe('');
  });

  it('shade from the least to the largest value', () => {
    const map = heatMap({
      title: 't',
      rows: ['r'],
      columns: ['a', 'b'],
      values: [[0.25, 0.5]],
      numbers: true,
    });
    expect(map).toContain('style="--shade:0%" title="r, a: 0.250">.25<');
    expect(map).toContain('style="--shade:100%" title="r, b: 0.500">.50<');
  });
});
