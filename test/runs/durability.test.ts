// What a power cut leaves: bytes reach the disk before the name does, and the name before anything later.

import type * as files from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, it, vi } from 'vitest';
import { writeAtomic } from '../../src/runs/files.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const calls: string[] = [];

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof files>();
  return {
    ...original,
    async open(...given: Parameters<typeof files.open>) {
      const handle = await original.open(...given);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        calls.push(`sync ${basename(String(given[0])).replace(/\d+-\d+\.tmp$/, 'tmp')}`);
        await sync();
      };
      return handle;
    },
    async rename(from: string, to: string) {
      calls.push(`rename to ${basename(to)}`);
      await original.rename(from, to);
    },
  };
});

const at = useTemporaryFolder();

it('syncs a file before its name is there, and then its folder', async () => {
  calls.length = 0;
  await writeAtomic(at('a.txt'), 'a');
  expect(calls).toEqual(['sync a.txt.tmp', 'rename to a.txt', `sync ${basename(at())}`]);
});

it('syncs the logs before the checkpoint that covers their lines', async () => {
  const run = await RunFolder.create(at('run'), {}, machine);
  const line = { epoch: 0, step: 1, kind: 'step' };
  await run.appendMetrics(line);
  await run.appendAlphas(line);
  await run.appendLedger([line]);
  calls.length = 0;
  await run.writeCheckpoint(1, { meta: {}, arrays: {} });
  await run.close();
  const name = 'step-00000001.ckpt';
  expect(calls.slice(0, 3).sort()).toEqual(['sync alphas.jsonl', 'sync ledger.jsonl', 'sync metrics.jsonl']);
  expect(calls.slice(3)).toEqual([`sync ${name}.tmp`, `rename to ${name}`, 'sync checkpoints']);
});
