// Runs in processes of their own: killed at random moments and resumed, and on a full disk.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const child = fileURLToPath(new URL('../helpers/runs-kill-child.ts', import.meta.url));
const files = fileURLToPath(new URL('../../src/runs/files.ts', import.meta.url));

/** Runs the child; with a delay, kills it so many milliseconds after it started. Gives its exit code. */
async function runChild(folder: string, killAfter?: number): Promise<number | null> {
  const running = spawn(process.execPath, ['--import', 'tsx', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(running, 'exit');
  if (killAfter !== undefined) {
    await once(running.stdout, 'data');
    await sleep(killAfter);
    running.kill('SIGKILL');
  }
  return (await exit)[0] as number | null;
}

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.\w+$/.test(name)).sort();
  const hex = names.map(
    async (name) => [name, (await readFile(`${folder}/${name}`)).toString('hex')] as const,
  );
  return Object.fromEntries(await Promise.all(hex));
}

it(
  'a run that is killed at random moments and resumed each time ends with the same bits',
  { timeout: 240_000 },
  async () => {
    expect(await runChild(at('whole'))).toBe(0);
    const whole = await contents(at('whole'));
    expect(Object.keys(whole)).toContain('checkpoints/step-00000060.ckpt');

    const random = Random.fromSeed(1);
    let kills = 0;
    for (let attempt = 0; attempt < 8; attempt++) {
      // Quadratic: many kills while the folder is made, and some late ones.
      if ((await runChild(at('killed'), 120 * random.uniform() ** 2)) === null) kills++;
    }
    expect(kills).toBeGreaterThan(1);
    expect(await runChild(at('killed'))).toBe(0);
    const killed = await contents(at('killed'));
    // Only the machine's segments tell the two apart.
    expect({ ...killed, 'machine.json': '' }).toEqual({ ...whole, 'machine.json': '' });
  },
);

// Windows has no limit on the size of a process's files.
it.skipIf(process.platform === 'win32')('a full disk leaves the file as it was and is named', async () => {
  // A limit on the size of files stands for the full disk: the write that crosses it is cut short, and only
  // the next one fails. Without a handler its signal would end the process.
  const code = `
    import { writeAtomic } from ${JSON.stringify(files)};
    process.on('SIGXFSZ', () => {});
    await writeAtomic(process.argv[1], new Uint8Array(8 << 20)).catch((error) => console.log(error.message));
  `;
  await writeFile(at('metrics.jsonl'), 'before');
  const script = 'ulimit -f 2048 && exec "$0" --import tsx --input-type=module -e "$1" "$2"';
  const { stdout } = spawnSync('sh', ['-c', script, process.execPath, code, at('metrics.jsonl')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(stdout).toContain(`${at('metrics.jsonl')}: cannot be written (EFBIG: file too large)`);
  expect(await readFile(at('metrics.jsonl'), 'utf8')).toBe('before');
  expect(await readdir(at())).toEqual(['metrics.jsonl']);
});
