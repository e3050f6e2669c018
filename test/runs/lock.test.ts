import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockOwner, takeLock } from '../../src/runs/lock.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { errorOf, machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();

/** The pid of a process that has ended. */
const gone = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('lock', () => {
  it('names the pid of the living process that holds it, and is free after close', async () => {
    const run = await RunFolder.create(at('run'), {}, machine);
    const found = await errorOf(() => RunFolder.resume(at('run'), {}, machine));
    expect(found).toContain(`${at('run', 'lock')}: another process (pid ${process.pid}) is writing this run`);
    expect(await lockOwner(at('run'))).toMatchObject({ pid: process.pid });
    await run.close();
    expect(await lockOwner(at('run'))).toBeUndefined();
    await (await RunFolder.resume(at('run'), {}, machine)).close();
  });

  it('is respected while another process lives and taken over once it was killed', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    await writeFile(at('lock'), JSON.stringify({ pid: other.pid, host: hostname(), started: null }));
    expect(await errorOf(() => takeLock(at()))).toContain(`(pid ${other.pid})`);
    const exit = once(other, 'exit');
    other.kill('SIGKILL');
    await exit;
    const release = await takeLock(at());
    expect(await lockOwner(at())).toMatchObject({ pid: process.pid });
    await release();
    expect(await readdir(at())).toEqual([]);
  });

  it.each([
    { what: 'of a process that is gone', text: () => JSON.stringify({ pid: gone(), host: hostname() }) },
    { what: 'that was never written', text: () => '' },
    { what: 'that was cut', text: () => '{"pid":1' },
    { what: 'of a process group', text: () => JSON.stringify({ pid: -1, host: hostname() }) },
  ])('is taken over if it is one $what', async ({ text }) => {
    await writeFile(at('lock'), text());
    const release = await takeLock(at());
    expect(JSON.parse(await readFile(at('lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await release();
  });

  // Only Linux says when a process was started, in /proc.
  it.skipIf(process.platform !== 'linux')('is taken over if its pid is another process now', async () => {
    await writeFile(at('lock'), JSON.stringify({ pid: process.pid, host: hostname(), started: '1' }));
    const release = await takeLock(at());
    expect(await readFile(at('lock'), 'utf8')).not.toContain('"started":"1"');
    await release();
  });

  it('of another host is left alone, and the error says what to do', async () => {
    await writeFile(at('lock'), JSON.stringify({ pid: gone(), host: 'elsewhere', started: null }));
    const found = await errorOf(() => takeLock(at()));
    expect(found).toMatch(/pid \d+ on elsewhere.*if it is gone, delete this file$/);
  });

  it.each([
    { what: 'a free one', text: undefined },
    { what: 'a stale one', text: JSON.stringify({ pid: gone(), host: hostname() }) },
    { what: 'one that was never written', text: '' },
  ])('goes to exactly one of many that want it at once: $what', async ({ text }) => {
    for (let round = 0; round < 6; round++) {
      const folder = at(String(round));
      await mkdir(folder);
      if (text !== undefined) await writeFile(join(folder, 'lock'), text);
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(folder)));
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
      expect(won).toHaveLength(1);
      await won[0]!();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('is taken over past the guard of a process that was killed while it took over', async () => {
    await writeFile(at('lock'), JSON.stringify({ pid: gone(), host: hostname() }));
    await writeFile(at('lock.0-0.tmp'), '');
    const release = await takeLock(at());
    expect(await readdir(at())).toEqual(['lock']);
    await release();
  });
});
