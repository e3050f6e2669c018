import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockOwner, takeLock } from '../../src/runs/lock.ts';
import { type LockOwner, thisProcess } from '../../src/runs/lock-owner.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { errorOf, machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();

/** The pid of a process that has ended. */
const gone = (): number => spawnSync(process.execPath, ['--version']).pid;

/** The text of a lock, of this boot and namespace unless `owner` says otherwise. */
const lockOf = async (owner: Partial<LockOwner>): Promise<string> =>
  JSON.stringify({ ...(await thisProcess('other')), ...owner });

/** So short that a test can wait for the end of a lease. */
const times = { renewal: 50, lease: 400 };

// Elsewhere a number is not known to be of this boot, and only the lease counts.
const linux = process.platform === 'linux';

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

  it.skipIf(!linux)(
    'is respected while another process lives and taken over once it was killed',
    async () => {
      const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      await once(other, 'spawn');
      const stat = await readFile(`/proc/${other.pid}/stat`, 'utf8');
      const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
      await writeFile(at('lock'), await lockOf({ pid: other.pid!, started }));
      // Its lease is not renewed: the process lives, so it is only slow.
      expect(await errorOf(() => takeLock(at(), { renewal: 50, lease: 0 }))).toContain(`(pid ${other.pid})`);
      const exit = once(other, 'exit');
      other.kill('SIGKILL');
      await exit;
      const lease = await takeLock(at());
      expect(await lockOwner(at())).toMatchObject({ pid: process.pid });
      await lease.release();
      expect(await readdir(at())).toEqual([]);
    },
  );

  it.skipIf(!linux).each([
    { what: 'of a process that is gone', owner: () => ({ pid: gone() }) },
    { what: 'whose pid is another process now', owner: () => ({ pid: process.pid, started: '1' }) },
  ])('$what is taken over at once', async ({ owner }) => {
    await writeFile(at('lock'), await lockOf(owner()));
    const lease = await takeLock(at(), { renewal: 50, lease: 3_600_000 });
    expect(await lockOwner(at())).toMatchObject({ pid: process.pid });
    await lease.release();
  });

  it.each([
    { what: 'that was never written', text: () => '' },
    { what: 'that was cut', text: () => '{"pid":1' },
    { what: 'of a process group', text: () => lockOf({ pid: -1 }) },
    { what: 'of another host', text: () => lockOf({ host: 'elsewhere', boot: 'another' }) },
    { what: 'of another pid namespace', text: () => lockOf({ namespace: 'pid:[1]' }) },
    { what: 'that does not say of which boot', text: () => lockOf({ boot: null, pid: gone() }) },
  ])('$what is taken over after the time of a lease, not before', async ({ text }) => {
    await writeFile(at('lock'), await text());
    const start = performance.now();
    const lease = await takeLock(at(), times);
    expect(performance.now() - start).toBeGreaterThanOrEqual(times.lease);
    expect(JSON.parse(await readFile(at('lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await lease.release();
  });

  it('of another host that is renewed is respected', async () => {
    const text = await lockOf({ host: 'elsewhere', boot: 'another' });
    await writeFile(at('lock'), text);
    const timer = setInterval(() => void writeFile(at('lock'), text, { flag: 'r+' }), times.renewal);
    const found = await errorOf(() => takeLock(at(), times));
    clearInterval(timer);
    expect(found).toMatch(
      /another process \(pid \d+ on elsewhere, or in another container\) is writing this run/,
    );
  });

  it.each([
    { what: 'a free one', text: undefined },
    { what: 'a stale one', text: () => lockOf({ namespace: 'pid:[1]' }) },
    { what: 'one that was never written', text: () => '' },
  ])('goes to exactly one of many that want it at once: $what', async ({ text }) => {
    for (let round = 0; round < 6; round++) {
      const folder = at(String(round));
      await mkdir(folder);
      if (text !== undefined) await writeFile(join(folder, 'lock'), await text());
      const takers = Array.from({ length: 8 }, () => takeLock(folder, times));
      const results = await Promise.allSettled(takers);
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
      expect(won).toHaveLength(1);
      await won[0]!.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it.skipIf(!linux)(
    'is taken over past the guard of a process that was killed while it took over',
    async () => {
      await writeFile(at('lock'), await lockOf({ pid: gone() }));
      await writeFile(at('lock.0-0.tmp'), '');
      const lease = await takeLock(at());
      expect(await readdir(at())).toEqual(['lock']);
      await lease.release();
    },
  );
});
