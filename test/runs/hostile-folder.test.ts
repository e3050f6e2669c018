// Folders of runs that somebody else prepared: links that lead out of them, and files that are none.

import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomic } from '../../src/runs/files.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { errorOf, machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const windows = process.platform === 'win32';

async function run(): Promise<void> {
  const run = await RunFolder.create(at('run'), {}, machine);
  await run.appendMetrics({ epoch: 0, step: 1, kind: 'step' });
  await run.close();
}

describe.skipIf(windows)('a run whose files are links', () => {
  it.each(['config.json', 'machine.json', 'metrics.jsonl', 'alphas.jsonl', 'ledger.jsonl', 'lock'])(
    'is not continued through %s',
    async (name) => {
      await run();
      const text = await readFile(at('run', name), 'utf8').catch(() => '');
      await writeFile(at('outside'), text);
      await rm(at('run', name), { force: true });
      await symlink(at('outside'), at('run', name));
      const found = await errorOf(() => RunFolder.resume(at('run'), {}, machine));
      expect(found).toBe(
        `${at('run', name)}: is a link, which a run that goes on does not write to; put the file itself there, or remove it`,
      );
      expect(await readFile(at('outside'), 'utf8')).toBe(text);
      expect(await readdir(at('run'))).toContain(name);
    },
  );

  it.each(['checkpoints', 'weights'])('is not continued through the folder %s', async (name) => {
    await run();
    await mkdir(at('outside'));
    await writeFile(at('outside', 'x.1-1.tmp'), 'mine');
    await symlink(at('outside'), at('run', name));
    expect(await errorOf(() => RunFolder.resume(at('run'), {}, machine))).toContain(
      'put the folder itself there',
    );
    expect(await readdir(at('outside'))).toEqual(['x.1-1.tmp']);
  });

  it('is continued where the whole folder is reached by a link', async () => {
    await run();
    await symlink(at('run'), at('latest'));
    const continued = await RunFolder.resume(at('latest'), {}, machine);
    expect(await continued.readMetrics()).toHaveLength(1);
    await continued.close();
  });

  it('does not write through a link under the name of a temporary file', async () => {
    await writeFile(at('outside'), 'mine');
    // The names that are tried next.
    for (let i = 0; i < 1000; i++) await symlink(at('outside'), at(`x.${process.pid}-${i}.tmp`));
    expect(await errorOf(() => writeAtomic(at('x'), 'theirs'))).toContain('cannot be written (ELOOP');
    expect(await readFile(at('outside'), 'utf8')).toBe('mine');
  });
});

describe.skipIf(windows)('a pipe in the place of a file', () => {
  const reads: [string, (run: RunFolder) => Promise<unknown>][] = [
    ['metrics.jsonl', (run) => run.readMetrics()],
    ['alphas.jsonl', (run) => run.readAlphas()],
    ['ledger.jsonl', (run) => run.readLedger()],
    ['machine.json', (run) => run.segments()],
    ['genotype.txt', (run) => run.readArtefact('genotype.txt')],
    [join('checkpoints', 'step-00000001.ckpt'), (run) => run.latestCheckpoint()],
  ];
  it.each(reads)('is refused when a run is read: %s', async (name, read) => {
    await run();
    await mkdir(at('run', 'checkpoints'));
    await rm(at('run', name), { force: true });
    spawnSync('mkfifo', [at('run', name)]);
    const opened = await RunFolder.open(at('run'));
    expect(await errorOf(() => read(opened))).toBe(
      `${at('run', name)}: is a pipe or a device, not a file; remove it`,
    );
  });

  it('is refused when a run is opened or continued', async () => {
    await run();
    await rm(at('run', 'metrics.jsonl'));
    spawnSync('mkfifo', [at('run', 'metrics.jsonl')]);
    expect(await errorOf(() => RunFolder.resume(at('run'), {}, machine))).toContain('is no file');
    await rm(at('run', 'config.json'));
    spawnSync('mkfifo', [at('run', 'config.json')]);
    expect(await errorOf(() => RunFolder.open(at('run')))).toContain('is a pipe or a device');
  });
});
