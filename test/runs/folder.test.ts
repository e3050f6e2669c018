import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeCheckpoint } from '../../src/runs/checkpoint.ts';
import type { CheckpointState } from '../../src/runs/checkpoint.ts';
import { codeOf } from '../../src/runs/files.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { errorOf, machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const config = { seed: 1, epochs: 4 };

function stateAt(step: number): CheckpointState {
  return { meta: { step }, arrays: { weights: Float64Array.of(step, step / 3) } };
}

/** A run with checkpoints at the steps, closed. */
async function runWith(steps: number[], keep = 9): Promise<string> {
  const run = await RunFolder.create(at('run'), config, machine);
  for (const step of steps) await run.writeCheckpoint(step, stateAt(step), keep);
  await run.close();
  return run.path;
}

/** A line of metrics, and the file that several make. */
function line(step: number): { epoch: number; step: number; kind: string } {
  return { epoch: 0, step, kind: 'step' };
}
function text(...steps: number[]): string {
  return steps.map((step) => `{"epoch":0,"kind":"step","step":${step}}\n`).join('');
}

const logs = ['metrics.jsonl', 'alphas.jsonl', 'ledger.jsonl'];
const checkpoints = async (): Promise<string[]> => (await readdir(at('run', 'checkpoints'))).sort();
const read = (...names: string[]): Promise<string> => readFile(at('run', ...names), 'utf8');

describe('create', () => {
  it('writes the configuration and the machine, also into folders that are not there yet', async () => {
    const run = await RunFolder.create(at('deep', 'run'), { b: 1, a: [2] }, machine);
    expect(await readFile(join(run.path, 'config.json'), 'utf8')).toBe(
      '{\n  "a": [\n    2\n  ],\n  "b": 1\n}\n',
    );
    expect(await run.segments()).toEqual([{ ...machine, at: { epoch: 0, step: 0 } }]);
    await run.close();
    expect((await readdir(run.path)).sort()).toEqual(['config.json', 'machine.json']);
  });

  it.each([
    { what: 'a file', make: () => writeFile(at('x'), ''), path: ['x'], message: 'is a file, not a folder' },
    {
      what: 'a folder below a file',
      make: () => writeFile(at('x'), ''),
      path: ['x', 'y'],
      message: 'ENOTDIR',
    },
    {
      what: 'a folder that holds another run',
      make: async () => (await RunFolder.create(at('x'), config, machine)).close(),
      path: ['x'],
      message: 'holds another run (config.json); continue it with --resume or give another --out',
    },
    {
      what: 'a folder of other files',
      make: async () => {
        await mkdir(at('x'));
        await writeFile(at('x', 'letter.txt'), 'dear');
      },
      path: ['x'],
      message: 'is not empty and holds no run; give another --out or an empty folder',
    },
  ])('refuses $what and changes nothing', async ({ make, path, message }) => {
    await make();
    const before = await readdir(at(), { recursive: true });
    const found = await errorOf(() => RunFolder.create(at(...path), config, machine));
    expect(found).toContain(message);
    expect(found.startsWith(at(...path))).toBe(true);
    expect(await readdir(at(), { recursive: true })).toEqual(before);
  });

  // Nobody can make a folder in Linux's /proc, root neither.
  it.skipIf(process.platform !== 'linux')('refuses a folder that cannot be written', async () => {
    const found = await errorOf(() => RunFolder.create('/proc/mixop', config, machine));
    expect(found).toMatch(/^\/proc\/mixop: cannot be written \(ENOENT: .*\); check its permissions/);
  });
});

describe('open', () => {
  it.each([
    { what: 'a missing folder', files: undefined, message: 'no such folder' },
    { what: 'an empty folder', files: {}, message: 'holds no run yet (no config.json)' },
    { what: 'a folder of other files', files: { 'a.txt': '' }, message: 'holds no run (no config.json)' },
    {
      what: 'a cut config.json',
      files: { 'config.json': '{"seed": 1,\n' },
      message: 'config.json: malformed: ',
    },
    { what: 'a config.json that is a list', files: { 'config.json': '[1]' }, message: 'it is not an object' },
    { what: 'an empty config.json', files: { 'config.json': '' }, message: 'config.json: malformed: ' },
  ])('refuses $what with one line', async ({ files, message }) => {
    if (files) await mkdir(at('run'));
    for (const [name, text] of Object.entries(files ?? {})) await writeFile(at('run', name), text);
    const found = await errorOf(() => RunFolder.open(at('run')));
    expect(found).toContain(message);
    expect(found).not.toContain('\n');
    expect(await errorOf(() => RunFolder.resume(at('run'), undefined, machine))).toBe(found);
  });

  it('reads a run that another process writes, and cannot write it', async () => {
    const writer = await RunFolder.create(at('run'), config, machine);
    const reader = await RunFolder.open(at('run'));
    expect(reader.config).toEqual(config);
    await expect(reader.writeCheckpoint(1, stateAt(1))).rejects.toThrow('opened to be read');
    await writer.close();
  });
});

describe('resume', () => {
  it('refuses a changed configuration and leaves the lock free', async () => {
    await runWith([]);
    const found = await errorOf(() => RunFolder.resume(at('run'), { ...config, seed: 2 }, machine));
    expect(found).toContain(`${at('run', 'config.json')}: resume with a changed configuration: seed was 1`);
    await (await RunFolder.resume(at('run'), { ...config, threads: 8 }, machine)).close();
  });

  it.each([
    { what: 'an empty folder', files: [] },
    { what: 'only a temporary file', files: ['config.json.123-1.tmp'] },
    { what: 'a machine but no configuration', files: ['machine.json', 'config.json.123-2.tmp'] },
  ])('makes the run anew where a kill left $what', async ({ files }) => {
    await mkdir(at('run'));
    for (const name of files) await writeFile(at('run', name), '{"se');
    const run = await RunFolder.resume(at('run'), config, machine);
    expect(await run.latestCheckpoint()).toEqual({ found: undefined, refused: [] });
    await run.continueFrom(undefined, machine);
    expect(await run.segments()).toEqual([{ ...machine, at: { epoch: 0, step: 0 } }]);
    await run.close();
    expect((await readdir(at('run'))).sort()).toEqual(['config.json', 'machine.json']);
  });

  it('removes temporary files of interrupted writes and nothing else', async () => {
    await runWith([1]);
    await writeFile(at('run', 'metrics.jsonl.77-3.tmp'), 'half');
    await writeFile(at('run', 'checkpoints', 'step-00000002.ckpt.77-4.tmp'), 'half');
    await writeFile(at('run', 'my notes.tmp'), 'mine');
    const run = await RunFolder.resume(at('run'), config, machine);
    expect((await run.latestCheckpoint()).found?.step).toBe(1);
    await run.close();
    expect((await readdir(at('run'))).sort()).toEqual([
      'checkpoints',
      'config.json',
      'machine.json',
      'my notes.tmp',
    ]);
    expect(await checkpoints()).toEqual(['step-00000001.ckpt']);
  });

  it('records who continues, once for each place and machine', async () => {
    await runWith([]);
    const run = await RunFolder.resume(at('run'), config, machine);
    const other = { ...machine, executor: 'wasm', threads: 4 };
    await run.continueFrom({ epoch: 1, step: 5 }, other);
    await run.continueFrom({ epoch: 1, step: 5 }, other);
    await run.continueFrom({ epoch: 2, step: 10 }, machine);
    await run.close();
    expect((await run.segments()).map(({ at, executor }) => [at.step, executor])).toEqual([
      [0, 'reference'],
      [5, 'wasm'],
      [10, 'reference'],
    ]);
  });
});

describe('checkpoints', () => {
  it('keeps the last two, equal states as equal bytes', async () => {
    await runWith([5, 10, 100_000_000], 2);
    expect(await checkpoints()).toEqual(['step-00000010.ckpt', 'step-100000000.ckpt']);
    const bytes = await readFile(at('run', 'checkpoints', 'step-00000010.ckpt'));
    expect(Buffer.compare(bytes, encodeCheckpoint(stateAt(10)))).toBe(0);
    expect((await (await RunFolder.open(at('run'))).latestCheckpoint()).found?.step).toBe(100_000_000);
  });

  it('does not let a file that claims a later step push the newest one out', async () => {
    const folder = await runWith([5]);
    await writeFile(join(folder, 'checkpoints', 'step-99999999.ckpt'), 'garbage');
    const run = await RunFolder.resume(folder, config, machine);
    await run.writeCheckpoint(10, stateAt(10), 1);
    expect(await checkpoints()).toEqual(['step-00000010.ckpt', 'step-99999999.ckpt']);
    expect((await run.latestCheckpoint()).found?.step).toBe(10);
    await run.close();
  });

  const damages: { what: string; damage: (file: string) => Promise<void>; reason: RegExp }[] = [
    { what: 'truncated', damage: (file) => truncate(file, 100), reason: /^truncated to 100 of \d+ bytes$/ },
    { what: 'empty', damage: (file) => writeFile(file, ''), reason: /^truncated to 0 bytes$/ },
    {
      what: 'bit-flipped',
      damage: async (file) => {
        const bytes = await readFile(file);
        bytes[bytes.length - 40]! ^= 4;
        await writeFile(file, bytes);
      },
      reason: /checksum/,
    },
    { what: 'foreign', damage: (file) => writeFile(file, 'PK\u0003\u0004'), reason: /^not a checkpoint/ },
  ];
  it.each(damages)(
    'refuses a $what one by name, keeps it aside and uses the one before',
    async ({ damage, reason }) => {
      await runWith([5, 10]);
      await writeFile(at('run', 'checkpoints', 'step-00000010.ckpt.refused'), 'an earlier one');
      await damage(at('run', 'checkpoints', 'step-00000010.ckpt'));
      const damaged = await read('checkpoints', 'step-00000010.ckpt');

      const reader = await RunFolder.open(at('run'));
      expect((await reader.latestCheckpoint()).found?.step).toBe(5);
      expect(await checkpoints()).toContain('step-00000010.ckpt');

      const run = await RunFolder.resume(at('run'), config, machine);
      const { found, refused } = await run.latestCheckpoint();
      await run.close();
      expect(found?.state.arrays.weights).toEqual(stateAt(5).arrays.weights);
      expect(refused).toEqual([{ file: 'step-00000010.ckpt', reason: expect.stringMatching(reason) }]);
      expect(await checkpoints()).toEqual([
        'step-00000005.ckpt',
        'step-00000010.ckpt.refused',
        'step-00000010.ckpt.refused-2',
      ]);
      expect(await read('checkpoints', 'step-00000010.ckpt.refused-2')).toBe(damaged);
    },
  );

  it('does not fall back from an intact one of another format version', async () => {
    await runWith([5, 10]);
    const file = at('run', 'checkpoints', 'step-00000010.ckpt');
    const bytes = await readFile(file);
    bytes.writeUInt32LE(2, 8);
    createHash('sha256')
      .update(bytes.subarray(0, -32))
      .digest()
      .copy(bytes, bytes.length - 32);
    await writeFile(file, bytes);
    const run = await RunFolder.resume(at('run'), config, machine);
    expect(await errorOf(() => run.latestCheckpoint())).toBe(
      `${file}: format version 2, and this mixop reads version 1; resume with the version of mixop that wrote it`,
    );
    await run.close();
    expect(await checkpoints()).toEqual(['step-00000005.ckpt', 'step-00000010.ckpt']);
  });

  it('names every refused one, newest first, when none is left', async () => {
    await runWith([5, 10]);
    for (const name of await checkpoints()) await truncate(at('run', 'checkpoints', name), 30);
    const run = await RunFolder.resume(at('run'), config, machine);
    const { found, refused } = await run.latestCheckpoint();
    await run.close();
    expect(found).toBeUndefined();
    expect(refused.map(({ file }) => file)).toEqual(['step-00000010.ckpt', 'step-00000005.ckpt']);
  });
});

describe('metrics and alphas', () => {
  it.each([
    { what: 'drops later lines', before: text(1, 2, 3), step: 2, after: text(1, 2), warned: [] },
    {
      what: 'drops all before the first checkpoint',
      before: text(0, 1),
      step: undefined,
      after: '',
      warned: [],
    },
    { what: 'keeps step 0', before: text(0, 1), step: 0, after: text(0), warned: [] },
    { what: 'leaves a whole file alone', before: text(1, 2), step: 9, after: text(1, 2), warned: [] },
    {
      what: 'drops a last line that was cut',
      before: text(1, 2).slice(0, -9),
      step: 9,
      after: text(1),
      warned: ['line 2 was cut in the middle: dropped'],
    },
    {
      what: 'ends a whole last line',
      before: text(1, 2).slice(0, -1),
      step: 9,
      after: text(1, 2),
      warned: [],
    },
    {
      what: 'drops lines that are none and keeps the damaged file',
      before: text(1) + 'oops\n{"step":"2"}\n' + text(3),
      step: 9,
      after: text(1, 3),
      warned: [2, 3].map((number) => `line ${number} is not a line of this log: dropped`),
      refused: true,
    },
  ])('$what', async ({ before, step, after, warned, refused }) => {
    const run = await RunFolder.create(at('run'), config, machine);
    for (const name of logs) await writeFile(at('run', name), before);
    const warnings = await run.continueFrom(step === undefined ? undefined : { epoch: 0, step }, machine);
    await run.close();
    for (const name of logs) {
      expect(await read(name)).toBe(after);
      expect(warnings.filter(({ file }) => file === name).map(({ reason }) => reason)).toEqual(warned);
      const aside = await read(`${name}.refused`).catch(codeOf);
      expect(aside).toBe(refused ? before : 'ENOENT');
    }
  });

  it('appends one line each and reads them back without the one being written', async () => {
    const run = await RunFolder.create(at('run'), config, machine);
    await run.appendMetrics(line(1));
    await run.appendMetrics(line(2));
    await run.appendAlphas({ epoch: 0, step: 2, alphas: { normal: [[0.5, -0.25]] } });
    await run.appendLedger([line(1), line(2)]);
    await run.close();
    expect(await run.readLedger()).toEqual([line(1), line(2)]);
    expect(await read('metrics.jsonl')).toBe(text(1, 2));
    expect(await run.readAlphas()).toEqual([{ epoch: 0, step: 2, alphas: { normal: [[0.5, -0.25]] } }]);
    await writeFile(at('run', 'metrics.jsonl'), text(1, 2).slice(0, -3));
    expect(await run.readMetrics()).toEqual([line(1)]);
  });
});

describe('artefacts', () => {
  it('replaces a text as a whole', async () => {
    const run = await RunFolder.create(at('run'), config, machine);
    await run.writeArtefact('normal.svg', '<svg>long</svg>');
    const path = await run.writeArtefact('normal.svg', '<svg/>');
    expect(await readFile(path, 'utf8')).toBe('<svg/>');
    expect(await run.readArtefact('normal.svg')).toBe('<svg/>');
    expect(await run.readArtefact('reduce.svg')).toBeUndefined();
    await run.close();
  });

  it.each(['', '../config.json', 'a/b.txt', '.hidden', 'config.json', 'lock', 'checkpoints', 'x.1-1.tmp'])(
    'cannot be called %j',
    async (name) => {
      const run = await RunFolder.create(at('run'), config, machine);
      await expect(run.writeArtefact(name, '')).rejects.toThrow(RangeError);
      await run.close();
    },
  );

  it('are refused when the folder is gone', async () => {
    const run = await RunFolder.create(at('run'), config, machine);
    await rm(at('run'), { recursive: true });
    const found = await errorOf(() => run.writeArtefact('genotype.txt', ''));
    expect(found).toContain(`${at('run', 'lock')}: this run was taken over, or its lock removed`);
    await run.close();
  });
});
