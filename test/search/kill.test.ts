// A run killed (kill -9) at random moments and resumed each time ends with the bits of a run that was never stopped.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';

const kills = 20;
const folder = mkdtempSync(join(tmpdir(), 'mixop-kill-'));
const flags =
  '--data digits --channels 2 --cells 3 --batch 32 --epochs 3 --seed 5 --set checkpoints.everySteps=3';

beforeAll(buildCli, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The bytes of the newest checkpoint of a run. */
function finalCheckpoint(run: string): { name: string; bytes: Buffer } {
  const checkpoints = join(folder, run, 'checkpoints');
  const name = readdirSync(checkpoints).sort().at(-1)!;
  return { name, bytes: readFileSync(join(checkpoints, name)) };
}

/** The metrics without what a clock says. */
function metrics(run: string): unknown[] {
  const lines = readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }));
}

it(`ends in the same bits after ${kills} kills at random moments`, { timeout: 240_000 }, async () => {
  const started = performance.now();
  const whole = await mixop(`search ${flags} --out whole`, { cwd: folder });
  const length = performance.now() - started;
  expect(whole).toMatchObject({ code: 0, stderr: '' });

  const random = Random.fromSeed(Date.now());
  let killed = 0;
  // Runs that came to their end between the kills, which then go on with a new run.
  const ended: unknown[] = [];
  while (killed < kills) {
    // Mostly early moments, so that a run is not over before its kills are; some before the first checkpoint.
    const delay = random.uniform() ** 2 * length;
    const { signal, code, stderr } = await mixop(`search ${flags} --out parts --resume`, {
      cwd: folder,
      started: (child) => setTimeout(() => child.kill('SIGKILL'), delay).unref(),
    });
    if (signal === 'SIGKILL') {
      killed += 1;
      continue;
    }
    if (code !== 0) throw new Error(stderr);
    ended.push(finalCheckpoint('parts'));
    rmSync(join(folder, 'parts'), { recursive: true });
  }
  const last = await mixop(`search ${flags} --out parts --resume`, { cwd: folder });
  expect(last.code).toBe(0);
  for (const end of [...ended, finalCheckpoint('parts')]) expect(end).toEqual(finalCheckpoint('whole'));
  expect(metrics('parts')).toEqual(metrics('whole'));
  expect(readFileSync(join(folder, 'parts/genotype.txt'))).toEqual(
    readFileSync(join(folder, 'whole/genotype.txt')),
  );
});
