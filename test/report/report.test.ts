// The report page: what it tells of searches and trainings, and that it needs nothing from elsewhere.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrain } from '../../src/networks/retrain.ts';
import { heatMap, lineChart } from '../../src/report/charts.ts';
import { collectBaseline } from '../../src/report/collect-baseline.ts';
import { collectRun } from '../../src/report/collect.ts';
import { reportPage } from '../../src/report/page.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import { search } from '../../src/search/search.ts';
import { macroTable } from '../helpers/tables.ts';
import { errorOf } from '../helpers/runs-setup.ts';

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
    expect(page).toContain('<td>2 channels, 1 cell</td>');
    expect(page).toContain(
      '<th scope="col" class="number">last accuracy</th><th scope="col" class="number">best accuracy</th>',
    );
    expect(page).not.toContain('erplexity');
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

  it('ranks runs under equal conditions, beside regret, the way to random and significance', async () => {
    const seeds = { ...common, seeds: 4 };
    await baseline({ config: { ...seeds, strategy: 'random' }, out: at('four') });
    await baseline({ config: { ...seeds, strategy: 'local-search' }, out: at('better') });
    const collected = await Promise.all(['four', 'better'].map((name) => collectBaseline(at(name))));
    const ranked = await reportPage(collected);
    const [random, local] = collected.map(({ summary }) => summary!.score.mean);
    expect(local).toBeGreaterThan(random!);
    const heads = ['best score (95 % interval)', 'regret', 'mean rank', 'evaluations to random&#39;s mean'];
    expect(ranked).toContain(heads.map((head) => `<th scope="col" class="number">${head}</th>`).join(''));
    const rows = ranked
      .split('<h3>Ranks under one budget</h3>')[1]!
      .split('</table>')[0]!
      .split('<tr>')
      .slice(2);
    const [first, second] = rows.map(numbers);
    expect([rows[0]!.slice(0, 15), first![1], second![1]]).toEqual([
      '<td>better</td>',
      (92 - local!).toFixed(3),
      (92 - random!).toFixed(3),
    ]);
    expect(Number(first![2]) + Number(second![2])).toBe(3);
    expect(Number(first![3])).toBeLessThan(30);
    expect(ranked).toContain('One-sided Mann-Whitney test');
    expect(ranked).toMatch(/<td>better<\/td><td class="number"><\/td><td class="number">0\.0\d+<\/td>/);
    // With fewer searches no test, and of a run that is alone no ranks.
    expect(shown).toContain('A test of significance needs 4 searches or more.');
    expect(shown).not.toContain('Mann-Whitney');
    expect(await reportPage(collected.slice(0, 1))).not.toMatch(/mean rank|ranked/);
  });

  it('of two runs of random none is the one to reach', async () => {
    const config = { ...common, strategy: 'random', seeds: 3, seed: 5 };
    await baseline({ config, out: at('again') });
    const two = await Promise.all(['many', 'again'].map((name) => collectBaseline(at(name))));
    const page = await reportPage(two);
    expect(page).toContain('>mean rank<');
    expect(page).not.toContain('to random&#39;s mean');
    // Runs whose folders have one name are told apart by their paths, in the ranks and in those of their significance.
    const same = await reportPage(two.map((run) => ({ ...run, name: 'same' })));
    for (const { path } of two) expect(same).toContain(`<tr><td>${path}</td><td class="number">`);
    expect(same).not.toContain('<td>same</td>');
  });

  it('shows a score without the digits that it does not mean', async () => {
    const one = await collectBaseline(at('one'));
    const { summary } = one;
    const best = { ...summary!.best, score: 11.123470522803114 };
    const page = await reportPage([{ ...one, summary: { ...summary!, best } }]);
    expect(page).toContain('The best of all: 11.12347, search of seed 0');
  });

  it.each([
    ['budget', { budget: { evaluations: 31 } }, 'differ in budget'],
    ['score', { guide: 'flops' }, 'differ in score'],
    ['table and score', { table: at('copy.csv'), guide: 'flops' }, 'differ in table, score'],
  ])('does not rank runs of another %s', async (name, other, says) => {
    writeFileSync(at('copy.csv'), macroTable());
    await baseline({ config: { ...common, strategy: 'random', ...other }, out: at(`other ${name}`) });
    const runs = await Promise.all(['one', `other ${name}`].map((run) => collectBaseline(at(run))));
    const page = await reportPage(runs);
    expect(page).toContain(`<p>The runs are not ranked: they ${says}.</p>`);
    expect(page).not.toMatch(/mean rank|regret|significance/);
  });

  it('does not rank what has not ended', async () => {
    const [many, one] = await Promise.all(['many', 'one'].map((run) => collectBaseline(at(run))));
    const page = await reportPage([{ ...many!, finished: false }, one!]);
    expect(page).toContain('<p>The runs are not ranked: they are not all finished.</p>');
    expect(page).not.toMatch(/mean rank|regret/);
  });

  it('a run that was stopped before its first evaluation is told, and has no epochs to export', async () => {
    const signal = AbortSignal.abort();
    await baseline({ config: { ...common, strategy: 'random' }, out: at('begun'), signal });
    expect(await reportPage([await collectBaseline(at('begun'))])).toContain('Nothing was evaluated yet.');
    expect(await errorOf(() => collectRun(at('begun')))).toContain('is a search without a gradient');
  });
});

/** The text of a row's cells with numbers. */
const numbers = (row: string): string[] => [...row.matchAll(/number">([^<]*)</g)].map(([, text]) => text!);

const format = (value: number, step: number): string => `${value.toFixed(2)}/${step.toFixed(2)}`;

describe('charts', () => {
  it('put lines into the frame and round values at the axis', () => {
    const points = [
      [1, 2],
      [3, 4],
    ] as const;
    const chart = lineChart([{ name: 'x', points, color: 9 }], {
      title: 't',
      format,
      range: [2, 4],
    }).toString();
    expect(chart).toContain('class="c1 line" points="73,202 448,12"');
    expect(chart.match(/>[\d.]+\/[\d.]+</g)).toEqual([
      '>2.00/0.50<',
      '>2.50/0.50<',
      '>3.00/0.50<',
      '>3.50/0.50<',
      '>4.00/0.50<',
    ]);
    expect(lineChart([{ name: 'x', points: [], color: 0 }], { title: 't', format }).toString()).toBe('');
  });

  it('shade from the least to the largest value', () => {
    const map = heatMap({
      title: 't',
      rows: ['r'],
      columns: ['a', 'b'],
      values: [[0.25, 0.5]],
      numbers: true,
    }).toString();
    expect(map).toContain('style="--shade:0%" title="r, a: 0.250">.25<');
    expect(map).toContain('style="--shade:100%" title="r, b: 0.500">.50<');
  });
});
