// The command line as users have it: spawned from the build, in a folder of its own.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { typeNext } from '../../src/cli/terminal/type-next.ts';
import * as library from '../../src/index.ts';
import { importSharp } from '../../src/data/loaders/images.ts';
import { embeddedData } from '../../src/data/package-root.ts';
import { badInputs, quick, writeBadFiles } from '../helpers/cli-bad-input.ts';
import { builtExports, buildCli, cli, type Ended, mixop, runProgram } from '../helpers/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-cli-'));
const at = (...names: string[]): string => join(folder, ...names);
const here = { cwd: folder };

beforeAll(async () => {
  await buildCli();
  writeBadFiles(folder);
  const { code, stderr } = await mixop(`search --out run ${quick}`, here);
  if (code !== 0) throw new Error(`the search that other tests read failed: ${stderr}`);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One line, its exit code, no stack trace, and nothing on stdout but what a search says before it stops. */
function expectOneLine(ended: Ended, code: number, says: readonly string[]): void {
  expect(ended.stderr).toMatch(/^mixop: [^\n]+; [^\n]+\n$/);
  let from = 0;
  for (const part of says) {
    const found = ended.stderr.indexOf(part, from);
    expect(found, `${part} in ${ended.stderr}`).toBeGreaterThanOrEqual(0);
    from = found + part.length;
  }
  expect(ended.code).toBe(code);
}

function jsonLines({ stdout }: Ended): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function checkpoints(run: string): Record<string, string> {
  const files = readdirSync(at(run, 'checkpoints')).sort();
  return Object.fromEntries(files.map((name) => [name, readFileSync(at(run, 'checkpoints', name), 'hex')]));
}

describe('bad input', () => {
  it.concurrent.each(badInputs)('$name is one line with place and remedy', async ({ args, code, says }) => {
    expectOneLine(await mixop(args, here), code, says);
  });

  it('images of different sizes are named', async ({ skip }) => {
    const sharp = await importSharp('test').catch(() => undefined);
    if (sharp === undefined) return skip('sharp is not installed');
    const { default: create } = await import('sharp');
    const { mkdirSync } = await import('node:fs');
    for (const [name, size] of [
      ['cats', 8],
      ['dogs', 9],
    ] as const) {
      mkdirSync(at('photos', name), { recursive: true });
      const image = create({ create: { width: size, height: size, channels: 3, background: 'red' } });
      await image.png().toFile(at('photos', name, 'a.png'));
    }
    expectOneLine(await mixop('search --data photos', here), 4, [join('photos', 'dogs', 'a.png'), '9x9']);
  });
});

describe('search', () => {
  it('fills a run folder and says what to do next', async () => {
    const { code, stdout } = await mixop(`search --data digits ${quick} --seed 3`, here);
    expect(code).toBe(0);
    const run = join('runs', 'darts-cnn-digits-1');
    expect(stdout).toMatch(
      /^darts-cnn on digits: 89 training and 1,708 validation images, 28,356 parameters$/m,
    );
    expect(stdout).toMatch(
      /^epoch 1\/2 {2}train \d\.\d{3} +\d+\.\d% {2}valid \d\.\d{3} +\d+\.\d% {2}skips \d\/8 \d\/8/m,
    );
    expect(stdout).toContain(readFileSync(at(run, 'genotype.txt'), 'utf8'));
    expect(stdout).toContain(`pictures  ${join(run, 'normal.svg')}, ${join(run, 'reduce.svg')}`);
    expect(stdout).toContain(`mixop runs show ${run}`);
    // Colours and bars are for terminals.
    expect(stdout).not.toContain('\x1b');
  });

  it('takes the next free folder', async () => {
    const { stdout } = await mixop('search --data fashion-mini --space nasbench201 --dry-run --json', here);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'plan',
      out: join('runs', 'nasbench201-fashion-mini-1'),
    });
  });

  it('gives JSON lines and nothing else on request', async () => {
    const ended = await mixop(`search --out json --json ${quick}`, here);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const events = jsonLines(ended);
    expect(events[0]).toMatchObject({ kind: 'start', executor: 'wasm', out: 'json', stepsPerEpoch: 5 });
    expect(events.filter(({ kind }) => kind === 'epoch')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ kind: 'result', finished: true, out: 'json' });
    expect(events.at(-1)!['text']).toBe(readFileSync(at('run', 'genotype.txt'), 'utf8').trim());
  });

  it('merges defaults, file, flags and --set, and prints what it would do without writing', async () => {
    writeFileSync(at('some.yaml'), 'epochs: 5\nbatch: 8\nweights: { rate: 0.5, clip: 2 }\n');
    const before = readdirSync(folder).sort();
    const args = 'search --config some.yaml --epochs 6 --channels 2 --cells 1 --set weights.clip=3 --dry-run';
    const { code, stdout } = await mixop(args, here);
    expect(code).toBe(0);
    const config = parse(stdout) as Record<string, unknown>;
    expect(config).toMatchObject({ epochs: 6, batch: 8, weights: { rate: 0.5, clip: 3, momentum: 0.9 } });
    expect(stdout).toMatch(/^# 7,468 parameters$/m);
    expect(stdout).toMatch(/^# 6 epochs of 112 steps: 672 in all$/m);
    expect(readdirSync(folder).sort()).toEqual(before);
    // What it prints is a configuration file.
    writeFileSync(at('whole.yaml'), stdout);
    const again = await mixop('search --config whole.yaml --dry-run', here);
    expect(parse(again.stdout)).toEqual(config);
  });

  it('stops at Ctrl-C, saved, and resumes to the bits of a run that was never stopped', async () => {
    const args = `${quick} --epochs 15 --json`;
    let told = false;
    const stopped = await mixop(`search --out cut ${args}`, {
      ...here,
      watch(child, output) {
        if (told || !output.includes('"epoch":3')) return;
        told = true;
        child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(
      /^stopping: .*\nmixop: .*: stopped and saved in cut; continue with: mixop search --out cut --resume\n$/,
    );
    expect(jsonLines(stopped).at(-1)).toMatchObject({ kind: 'result', finished: false });
    const resumed = await mixop('search --out cut --resume --json', here);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(resumed)[0]!['resumedFrom']).toMatch(/^step-\d+\.ckpt$/);
    expect((await mixop(`search --out whole ${args}`, here)).code).toBe(0);
    expect(checkpoints('cut')).toEqual(checkpoints('whole'));
  }, 120_000);

  // Windows has no signals that a program could send.
  it.skipIf(process.platform === 'win32')('leaves at once at the second Ctrl-C', async () => {
    const module = JSON.stringify(new URL('../../src/cli/terminal/interrupt.ts', import.meta.url).href);
    const program = `import(${module}).then(({ listenForInterrupts }) => {
      listenForInterrupts(() => console.log('stopping'));
      setInterval(() => {}, 1000);
      console.log('ready');
    })`;
    const pressed = new Set<string>();
    const ended = await runProgram('node', ['--import', 'tsx', '-e', program], {
      cwd: process.cwd(),
      watch(child, output) {
        for (const [says, wait] of [
          ['ready', 0],
          ['stopping', 300],
        ] as const) {
          if (!output.includes(says) || pressed.has(says)) continue;
          pressed.add(says);
          setTimeout(() => child.kill('SIGINT'), wait);
        }
      },
    });
    expect(ended).toMatchObject({ signal: 'SIGINT', stdout: 'ready\nstopping\n' });
  });

  // Only Linux has /dev/full.
  it.skipIf(process.platform !== 'linux')(
    'says so where stdout takes nothing any more, and saves',
    async () => {
      const command = `'${process.execPath}' '${cli}' search --out full ${quick} --epochs 500 --json > /dev/full`;
      const { code, stderr } = await runProgram('sh', ['-c', command], here);
      expect(code).toBe(130);
      expect(stderr).toMatch(/^stopping: .*\nmixop: .*stopped and saved in full; .*\n$/);
      const listing = `'${process.execPath}' '${cli}' runs ls > /dev/full`;
      expectOneLine(await runProgram('sh', ['-c', listing], here), 5, ['standard output: cannot be written']);
    },
  );

  // Windows has no `sh`.
  it.skipIf(process.platform === 'win32')('a reader that goes away stops it as Ctrl-C does', async () => {
    const command = `'${process.execPath}' '${cli}' search --out piped ${quick} --epochs 500 --json | head -n 1`;
    const { stdout, stderr } = await runProgram('sh', ['-c', command], here);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'start' });
    expect(stderr).toMatch(/^stopping: .*\nmixop: .*stopped and saved in piped; .*\n$/);
  });

  const script = spawnSync('script', ['--version']).status === 0;
  it.skipIf(!script)(
    `draws a bar on a terminal${script ? '' : ' (skipped: `script` is not there)'}`,
    async () => {
      const command = `NO_COLOR=1 TERM=xterm '${process.execPath}' '${cli}' search --out bar ${quick} --epochs 20`;
      const { code, stdout } = await runProgram('script', ['-qec', command, '/dev/null'], here);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /[█░]{10} epoch \d+\/20 \d\/5 {2}train \d\.\d{3} +\d+\.\d% {2}valid \d\.\d{3} .* left/,
      );
      // The cursor is hidden, and shown again; NO_COLOR forbids colours only.
      expect(stdout.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\x1b[?25l'));
      // oxlint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/\x1b\[\d+m/);
    },
  );
});

describe('derive', () => {
  it('gives the genotype of a run, of an earlier epoch and of a file', async () => {
    const text = readFileSync(at('run', 'genotype.txt'), 'utf8');
    expect(await mixop('derive run', here)).toMatchObject({ code: 0, stdout: text });
    const first = await mixop('derive run --epoch 1 --json', here);
    expect(JSON.parse(first.stdout)).toMatchObject({ space: 'darts-cnn', epoch: 1 });
    const lines = readFileSync(at('run', 'alphas.jsonl'), 'utf8').trimEnd().split('\n');
    const { alphas } = JSON.parse(lines.at(-1)!) as { alphas: Record<string, number[][]> };
    const file = { alphas_normal: alphas['normal'], alphas_reduce: alphas['reduce'] };
    writeFileSync(at('alphas.json'), JSON.stringify(file));
    const drawn = await mixop('derive alphas.json --svg pictures', here);
    expect(drawn.stdout.startsWith(text)).toBe(true);
    expect(readFileSync(at('pictures', 'reduce.svg'), 'utf8')).toContain('<svg');
  });

  it('knows NAS-Bench-201 by its cell kind', async () => {
    const cell = Array.from({ length: 6 }, (_, edge) =>
      [0, 1, 2, 3, 4].map((column) => Number(column === edge % 5)),
    );
    writeFileSync(at('cell.json'), JSON.stringify({ cell }));
    const { stdout } = await mixop('derive cell.json', here);
    expect(stdout).toBe('|none~0|+|skip_connect~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|none~2|\n');
  });
});

describe('runs', () => {
  it('lists and shows runs, as text and as JSON', async () => {
    const genotype = readFileSync(at('run', 'genotype.txt'), 'utf8').trim();
    const listed = JSON.parse((await mixop('runs ls . --json', here)).stdout) as Record<string, unknown>[];
    const state = { state: 'finished', epochsDone: 2, epochs: 2, genotype };
    expect(listed.find(({ name }) => name === 'run')).toMatchObject(state);
    expect((await mixop('runs ls .', here)).stdout).toMatch(/^run +finished +2\/2 +\d+\.\d% +Genotype\(/m);
    const shown = JSON.parse((await mixop('runs show run --json', here)).stdout) as Record<string, unknown>;
    expect(shown).toMatchObject({ ...state, config: { channels: 2 }, segments: [{ executor: 'wasm' }] });
    expect(shown['history']).toHaveLength(2);
    const page = (await mixop('runs show run', here)).stdout;
    for (const part of ['channels: 2', 'from epoch 1 (step 0): wasm', 'normal: ', genotype])
      expect(page).toContain(part);
    expect(page).toMatch(/^ +2 +0\.0130 +\d\.\d{3} +\d+\.\d% /m);
  });
});

describe('verify', () => {
  it('runs the whole suite where nothing is named, a line a quantity', async () => {
    const { code, stdout, stderr } = await mixop('verify', here);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^ok {3}.+: .+ error \S+ {2}bound \S+$/);
    const groups = new Set(lines.map((line) => line.slice(5).split(':')[0]));
    expect([...groups]).toEqual([
      'darts-c4-l3',
      'derive',
      'closed form',
      'parameter counts',
      'finite differences',
      'wasm against reference',
    ]);
  });

  const cases = embeddedData('verify', 'derive-cases.json');
  it('passes the derive cases, and fails with what differs where one is wrong', async () => {
    const good = await mixop(['verify', '--derive-cases', cases], here);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    writeFileSync(at('wrong.json'), readFileSync(cases, 'utf8').replace("'sep_conv_3x3'", "'skip_connect'"));
    const bad = await mixop('verify --derive-cases wrong.json', here);
    expectOneLine(bad, 8, ['verify: 1 of 1 quantities over the bound']);
    expect(bad.stdout).toMatch(/^FAIL wrong\.json: .*\n +case 0: derived Genotype\(.*, wanted Genotype\(/);
  });

  it("holds a fixture's bounds", async () => {
    const fixture = embeddedData('verify', 'darts-c4-l3');
    const good = await mixop(['verify', '--fixture', fixture, '--json'], here);
    const { passed, checks } = JSON.parse(good.stdout) as { passed: boolean; checks: unknown[] };
    expect({ code: good.code, passed, checks: checks.length }).toEqual({ code: 0, passed: true, checks: 11 });
  });
});

it.each([
  { npm: '', words: ['derive', 'runs/a', '--epoch', 'N'], line: 'mixop derive runs/a --epoch N' },
  { npm: 'exec', words: ['runs', 'show', "my runs/it's"], line: `npx mixop runs show 'my runs/it'\\''s'` },
])('says what to type next: $line', ({ npm, words, line }) => {
  for (const name of Object.keys(process.env).filter((key) => key.startsWith('npm_')))
    vi.stubEnv(name, undefined);
  if (npm !== '') vi.stubEnv('npm_command', npm);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(typeNext(...words)).toBe(line);
});

describe('help', () => {
  it.concurrent.each(['search', 'derive', 'verify', 'doctor', 'runs', 'runs ls', 'runs show'])(
    '%s has examples',
    async (command) => {
      const { code, stdout } = await mixop(`${command} --help`, here);
      expect(code).toBe(0);
      expect(stdout).toContain(`Examples:\n  mixop ${command}`);
    },
  );

  it('of the whole program documents the exit codes', async () => {
    const { code, stdout } = await mixop('--help', here);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit codes:\n +0 +success\n(.*\n)+ +130 +stopped by Ctrl-C/);
    expect((await mixop('--version', here)).stdout).toBe(`${library.version}\n`);
  });
});

describe('doctor', () => {
  it('says what the machine offers', async () => {
    const { code, stdout } = await mixop('doctor --json', here);
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Record<string, unknown>[] };
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(findings).toContainEqual({ name: 'node', value: process.version });
    expect(findings).toContainEqual({ name: 'current folder', value: 'writable' });
  });
});

it('the built library exports what its source does', () => {
  expect([...builtExports()].sort()).toEqual(Object.keys(library).sort());
});
