// Markup in a run's folder never becomes markup of its page: whatever its files hold is shown as text or refused.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrain } from '../../src/networks/retrain.ts';
import { collectBaseline, isBaseline } from '../../src/report/collect-baseline.ts';
import { collectRun } from '../../src/report/collect.ts';
import { Html, html, joined, type Part } from '../../src/report/html.ts';
import { reportPage } from '../../src/report/page.ts';
import { isJsonObject, type Json } from '../../src/runs/json.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import { search } from '../../src/search/search.ts';
import { trainPaths } from '../../src/weight-sharing/train-paths.ts';

import { pcDarts } from '../../src/supernet/spaces/pc-darts.ts';
import { macroTable } from '../helpers/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-markup-'));
const at = (name: string): string => join(folder, name);
/** An element that no page has, an attribute that none has, and quotes that end the value of another one. */
const markup = `'"><mark onclick="alert(1)">`;

/** What a file holds, whatever the types say. */
const untrusted = (value: unknown): Part => value as Part;

describe('the html tag', () => {
  it.each([
    ['a text', markup, '&#39;&quot;&gt;&lt;mark onclick=&quot;alert(1)&quot;&gt;'],
    ['a number', 1.5, '1.5'],
    ['text where the type says number', untrusted(JSON.parse('"<b>"')), '&lt;b&gt;'],
    ['a list', ['<', html`<i>${'>'}</i>`, ['&']], '&lt;<i>&gt;</i>&amp;'],
    ['what looks like Html', untrusted(JSON.parse('["<b>", {"markup": "<b>"}]')), '&lt;b&gt;[object Object]'],
    ['Html', html`<b>${'<'}</b>`, '<b>&lt;</b>'],
    ['trusted markup', Html.trusted('<b>'), '<b>'],
    ['joined Html', joined([html`<b>`, html`<i>`], ' & '), '<b> &amp; <i>'],
  ])('inserts %s', (_, part, expected) => {
    expect(html`<p title="${part}">${part}</p>`.toString()).toBe(`<p title="${expected}">${expected}</p>`);
  });
});

/** The names of a page's elements and attributes, as a browser would read them. */
function namesOf(page: string): ReadonlySet<string> {
  const names = new Set<string>();
  const body = page.replace(/<style>.*?<\/style>/s, '<style></style>');
  for (const [, element, attributes] of body.matchAll(
    /<\/?([a-z][^\s/>]*)((?:\s+|\/|[^\s"'>/=]+|=\s*"[^"]*"|=\s*'[^']*'|=)*)>?/gi,
  )) {
    names.add(element!.toLowerCase());
    for (const [, name] of attributes!.matchAll(/([^\s"'>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]*))?/g))
      names.add(`${name!.toLowerCase()}=`);
  }
  return names;
}

/** With a comparison. Equal cells are drawn only on the first page: drawing takes most of the time. */
async function pageOf(path: string): Promise<string> {
  if (isBaseline(await RunFolder.open(path))) {
    const run = await collectBaseline(path);
    return reportPage([run, { ...run, name: `${run.name} again` }]);
  }
  const { genotype, ...run } = await collectRun(path);
  const cells = JSON.stringify([genotype, run.space]);
  const again = { ...run, name: `${run.name} again` };
  if (genotype === undefined || drawn.has(cells)) return reportPage([run, again]);
  drawn.add(cells);
  return reportPage([{ ...run, genotype }, again]);
}
const drawn = new Set<string>();

/** Copies of a value with `markup` in the place of one text, number or key each; of a list's items only the last. */
function* marked(value: Json, place: string): Generator<readonly [place: string, value: Json]> {
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    for (const [where, item] of items.length === 0 ? [] : marked(items.at(-1)!, `${place}[]`))
      yield [where, [...items.slice(0, -1), item]];
  } else if (isJsonObject(value)) {
    for (const [key, of] of Object.entries(value)) {
      for (const [where, item] of marked(of, `${place}.${key}`)) yield [where, { ...value, [key]: item }];
      const { [key]: renamed, ...others } = value;
      yield [`${place}.${key} (key)`, { ...others, [markup]: renamed! }];
    }
  } else if (typeof value !== 'boolean' && value !== null) yield [place, markup];
}

/** As `marked`, of the text of a run's file. */
function* markedFiles(file: string, text: string): Generator<readonly [place: string, text: string]> {
  if (file.endsWith('.json')) {
    for (const [place, value] of marked(JSON.parse(text) as Json, file)) yield [place, JSON.stringify(value)];
  } else if (file.endsWith('.jsonl')) {
    const lines = text.trimEnd().split('\n');
    // Of the epochs the last, and what may come after it.
    for (let line = Math.max(0, lines.length - 2); line < lines.length; line++)
      for (const [place, value] of marked(JSON.parse(lines[line]!) as Json, `${file} ${line - lines.length}`))
        yield [
          place,
          [...lines.slice(0, line), JSON.stringify(value), ...lines.slice(line + 1), ''].join('\n'),
        ];
  } else if (file === 'genotype.txt') yield [file, text.replace(/'(\w+)'|\|(\w+)~/, `'${markup}'`)];
}

/** Adds to the last line of a log. */
function extend(path: string, more: Json): void {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const last = { ...(JSON.parse(lines.at(-1)!) as object), ...(more as object) };
  writeFileSync(path, [...lines.slice(0, -1), JSON.stringify(last), ''].join('\n'));
}

function configure(path: string, more: Json): void {
  const file = join(path, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...(more as object) }),
  );
}

const small = { channels: 4, cells: 1, batch: 16, trainFraction: 0.05, epochs: 2 };
const labels = { inputs: ['a', 'b'], firstNode: 0, output: 'out' };
const { normal, reduce } = pcDarts.cells;
const own = {
  ...pcDarts,
  name: 'own',
  cells: { normal: { ...normal!, labels }, reduce: { ...reduce!, labels } },
};
const make = {
  search: () => search({ config: small, space: own, out: at('search') }),
  async text() {
    writeFileSync(at('text.txt'), 'one two three four five\n'.repeat(100));
    const config = {
      space: 'darts-rnn' as const,
      batch: 8,
      length: 5,
      units: 4,
      epochs: 1,
      data: `text:${at('text.txt')}`,
    };
    await search({ config, out: at('text') });
  },
  supernet: () => trainPaths({ config: small, out: at('supernet') }),
  async training() {
    const { trainFraction: _, ...config } = { ...small, batch: 64, cells: 2 };
    await retrain({ genotype: 'DARTS_V2', config, out: at('training') });
    // As if it had been ended early.
    configure(at('training'), { stopEarly: { rule: 'last' } });
    extend(join(at('training'), 'metrics.jsonl'), {
      stoppedEarly: { seen: 2, saved: 3, best: 0.9, chance: 0.01 },
    });
  },
  async baseline() {
    writeFileSync(at('macro.csv'), macroTable());
    const config = { strategy: 'random', seeds: 2, table: at('macro.csv'), objective: 'params' } as const;
    await baseline({ config: { ...config, budget: { evaluations: 5 } }, out: at('baseline') });
    configure(at('baseline'), { stopEarly: { rule: 'last' } });
    extend(join(at('baseline'), 'ledger.jsonl'), { stop: { seen: 2, saved: 3, best: 0.9, chance: 0.01 } });
  },
};

/** What a page shows of each kind although it is markup. */
const shown: Readonly<Record<keyof typeof make, readonly string[]>> = {
  search: [
    'config.json.epochs',
    'config.json.data',
    'config.json.spaceDefinition.name',
    'config.json.seed (key)',
  ],
  text: ['config.json.epochs', 'config.json.units', 'metrics.jsonl -2.entropy.recurrent (key)'],
  supernet: ['config.json.epochs', 'machine.json.segments[].cpu'],
  training: ['config.json.epochs', 'config.json.genotype (key)'],
  baseline: [
    'config.json.seeds',
    'config.json.strategy',
    'ledger.jsonl -1.epochs',
    'machine.json.segments[].cores',
  ],
};

const kinds = Object.keys(make) as (keyof typeof make)[];
const harmless = new Set<string>();

beforeAll(async () => {
  for (const kind of kinds) {
    await make[kind]();
    for (const name of namesOf(await pageOf(at(kind)))) harmless.add(name);
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(kinds)('the page of a run of kind %s', (kind) => {
  it('has no element and no attribute that its files hold', async () => {
    const seen: string[] = [];
    for (const file of readdirSync(at(kind))) {
      if (!/\.jsonl?$|^genotype.txt$/.test(file)) continue;
      const path = join(at(kind), file);
      const text = readFileSync(path, 'utf8');
      try {
        for (const [place, content] of markedFiles(file, text)) {
          writeFileSync(path, content);
          // A folder that is refused has no page.
          const page = await pageOf(at(kind)).catch(() => '');
          if (page.includes('&lt;mark')) seen.push(place);
          const foreign = [...namesOf(page)].filter((name) => !harmless.has(name));
          expect({ place, foreign }).toEqual({ place, foreign: [] });
        }
      } finally {
        writeFileSync(path, text);
      }
    }
    expect(seen).toEqual(expect.arrayContaining([...shown[kind]]));
  }, 60_000);

  it('shows the name of its folder as text, in its title too', async () => {
    const named = at(`${kind} ${markup}`);
    renameSync(at(kind), named);
    const run = isBaseline(await RunFolder.open(named))
      ? await collectBaseline(named)
      : await collectRun(named);
    const page = await reportPage([run]);
    expect(page).toContain(`<title>mixop: ${kind} &#39;&quot;&gt;&lt;mark onclick`);
    expect(page).not.toContain('<mark');
    renameSync(named, at(kind));
  });
});
