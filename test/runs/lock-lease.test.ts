// The lease of a run across process namespaces, where no process number says who lives.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { lockOwner, takeLock } from '../../src/runs/lock.ts';
import { thisProcess } from '../../src/runs/lock-owner.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { errorOf, machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const holder = fileURLToPath(new URL('../helpers/lock-holder.ts', import.meta.url));
const times = { renewal: 50, lease: 1000 };
const namespace = ['-p', '-f', '--mount-proc'];
const noNamespaces = spawnSync('unshare', [...namespace, 'true']).status !== 0;

/** A process that holds the lock of the folder, in a pid namespace of its own. */
class Holder {
  readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor() {
    const args = [
      process.execPath,
      '--import',
      'tsx',
      holder,
      at(),
      String(times.renewal),
      String(times.lease),
    ];
    this.child = spawn('unshare', [...namespace, '--kill-child', ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async says(): Promise<string> {
    return (await this.lines.next()).value as string;
  }

  async check(): Promise<string> {
    this.child.stdin!.write('?\n');
    return this.says();
  }

  /** By its number here; `unshare` is its parent. */
  async signal(name: NodeJS.Signals): Promise<void> {
    const pid = Number(await readFile(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8'));
    process.kill(pid, name);
  }
}

describe('a lock of another process namespace', () => {
  let other: Holder | undefined;
  afterEach(async () => {
    const { child } = other ?? {};
    other = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    await sleep(0);
    child.kill('SIGKILL');
    await exit;
  });

  it('is respected while its process lives, and taken over once it was killed', async ({ skip }) => {
    skip(noNamespaces, 'no process namespaces (`unshare -p` needs root)');
    other = new Holder();
    expect(await other.says()).toBe('held');
    expect(JSON.parse(await readFile(at('lock'), 'utf8'))).toMatchObject({ pid: 1 });
    expect(await errorOf(() => takeLock(at(), times))).toContain('another process (pid 1 on');
    expect(await lockOwner(at())).toMatchObject({ pid: 1 });
    await other.signal('SIGKILL');
    await (await takeLock(at(), times)).release();
  });

  it('is lost by a process that is stopped, which notices before it writes again', async ({ skip }) => {
    skip(noNamespaces, 'no process namespaces (`unshare -p` needs root)');
    other = new Holder();
    expect(await other.says()).toBe('held');
    expect(await other.check()).toBe('mine');
    await other.signal('SIGSTOP');
    const lease = await takeLock(at(), times);
    await other.signal('SIGCONT');
    expect(await other.check()).toContain('this run was taken over, or its lock removed');
    // Its renewals are none of the new lock.
    await sleep(4 * times.renewal);
    await lease.check();
    await lease.release();
  });

  it('keeps out a second one that begins later', async ({ skip }) => {
    skip(noNamespaces, 'no process namespaces (`unshare -p` needs root)');
    const lease = await takeLock(at(), times);
    other = new Holder();
    expect(await other.says()).toContain(`another process (pid ${process.pid} on`);
    await lease.release();
  });
});

describe('a lease', () => {
  it('is renewed while the main thread computes', async () => {
    const lease = await takeLock(at(), times);
    await utimes(at('lock'), 1, 1);
    const end = performance.now() + 6 * times.renewal;
    while (performance.now() < end);
    expect(statSync(at('lock')).mtimeMs).toBeGreaterThan(1000);
    await lease.release();
  });

  it('that is lost stops every write of the run', async () => {
    const run = await RunFolder.create(at('run'), {}, machine);
    await writeFile(at('run', 'lock'), JSON.stringify(await thisProcess('of another')));
    const line = { epoch: 0, step: 1, kind: 'step' };
    const state = { meta: {}, arrays: {} };
    for (const write of [
      () => run.appendMetrics(line),
      () => run.appendAlphas(line),
      () => run.appendLedger([line]),
      () => run.writeCheckpoint(1, state),
      () => run.writeArtefact('genotype.txt', ''),
      () => run.continueFrom(undefined, machine),
      () => run.latestCheckpoint(),
      () => run.keepLogs(),
      () => run.truncateMetricsAfter(0),
    ])
      expect(await errorOf(write)).toMatch(/^\S+lock: this run was taken over, or its lock removed/);
    // Somebody else's lock is not released.
    await run.close();
    expect(await readFile(at('run', 'lock'), 'utf8')).toContain('of another');
  });

  it('is over where the lock was removed', async () => {
    const lease = await takeLock(at(), times);
    await rm(at('lock'));
    expect(await errorOf(() => lease.check())).toContain('its lock removed');
    await lease.release();
  });

  it('that nobody renews any more is not shown as a running process', async () => {
    await writeFile(at('lock'), JSON.stringify({ ...(await thisProcess('')), boot: 'another' }));
    expect(await lockOwner(at())).toMatchObject({ boot: 'another' });
    await utimes(at('lock'), 1, 1);
    expect(await lockOwner(at())).toBeUndefined();
  });
});
