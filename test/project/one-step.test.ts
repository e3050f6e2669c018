// docs/one-step.md lists the files between the command and the bilevel step; here a search shows that it takes that way.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runProgram } from '../helpers/run-cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mixop-way-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** Names of the functions that ran, by file; `''` is a module's own code. */
function executed(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const name of readdirSync(join(folder, 'coverage'))) {
    const { result } = JSON.parse(readFileSync(join(folder, 'coverage', name), 'utf8')) as Coverage;
    for (const { url, functions } of result) {
      const ran = functions
        .filter(({ ranges }) => ranges[0]!.count > 0)
        .map(({ functionName }) => functionName);
      if (url.startsWith(`file://${root}src/`)) found.set(url.slice(`file://${root}`.length), ran);
    }
  }
  return found;
}

test('a search takes the way that docs/one-step.md lists', async () => {
  const document = readFileSync(join(root, 'docs', 'one-step.md'), 'utf8');
  const way = [...document.matchAll(/^\d+\. \[`(src\/[^`]+)`\]/gm)].slice(0, 6).map(([, file]) => file!);
  expect(way).toHaveLength(6);
  const search = 'search --space nasbench201 --channels 1 --cells 1 --epochs 1 --threads 1'.split(' ');
  const loaders = ['--import', 'tsx', '--import', './scripts/wgsl.mjs'];
  const { code, stderr } = await runProgram(
    'env',
    [
      `NODE_V8_COVERAGE=${join(folder, 'coverage')}`,
      process.execPath,
      ...loaders,
      'src/cli/main.ts',
      ...search,
      '--out',
      join(folder, 'run'),
    ],
    { cwd: root },
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const ran = executed();
  const called = way.filter((file) => (ran.get(file) ?? []).some((name) => name !== ''));
  // The first file has no function of its own that a search without errors calls.
  expect(['src/cli/main.ts', ...called.filter((file) => file !== 'src/cli/main.ts')]).toEqual(way);
  expect(ran.get('src/bilevel/step.ts')).toContain('bilevelStep');
});
