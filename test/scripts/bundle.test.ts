// The bundle for machines without a network: unpacked in an empty folder, run with nothing on the path.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile, type ExecFileOptions } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseReport } from '../../src/measure/kernels-report.ts';
import { buildCli } from '../helpers/run-cli.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-bundle-test-'));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], options: ExecFileOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** `sh bench.sh ARGUMENTS` of the unpacked bundle; the environment has nothing but an empty path. */
function bench(...args: readonly string[]): Promise<Ended> {
  return run('/bin/sh', ['mixop-bench/bench.sh', ...args], { cwd: folder, env: { PATH: '' } });
}

beforeAll(async () => {
  await buildCli();
  const tar = join(folder, 'bundle.tar');
  const program = `import('./scripts/bundle.mjs').then(({ bundle }) => bundle(${JSON.stringify(tar)}))`;
  const made = await run(process.execPath, ['-e', program]);
  if (made.code !== 0) throw new Error(made.stderr);
  const unpacked = await run('tar', ['-xf', tar, '-C', folder]);
  if (unpacked.code !== 0) throw new Error(unpacked.stderr);
  rmSync(tar);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The bundle's script and libraries are those of Linux.
test.skipIf(process.platform !== 'linux')(
  'runs its own Node, and says what is missing',
  { timeout: 120_000 },
  async () => {
    const { code, stdout, stderr } = await bench('--quick', '--executor', 'wasm', '--out', 'wasm');
    expect(stderr).not.toMatch(/Error|not run/);
    expect(stdout).toMatch(/verify: \d+ quantities, all within their bounds/);
    expect(stdout).toMatch(/PyTorch: left out, python3 cannot be run \(ENOENT\)/);
    expect(stdout).toMatch(/8 channels, 4 cells, 8x8, batch 4, order 1\n {2}mixop +\d+\.\d\d ms/);
    expect(stdout).toMatch(/fan forward 8x8x8 +\d/);
    expect(code).toBe(0);
  },
);

// The native module is of the optional package webgpu.
test.skipIf(withoutGpu || process.platform !== 'linux')(
  'has the native module, and keeps all figures',
  { timeout: 120_000 },
  async () => {
    const { code, stdout } = await bench('--quick', '--device', 'null');
    expect(stdout).toMatch(/\d+ dispatches, host \d+\.\d\d ms, device memory/);
    expect(code).toBe(0);
    const path = join(folder, 'bench-results', 'kernels.json');
    expect(parseReport(readFileSync(path, 'utf8'), path).executor).toBe('webgpu');
    const steps = JSON.parse(readFileSync(join(folder, 'bench-results', 'steps.json'), 'utf8')) as {
      results: { details: { mixop: { dispatches: number }[] } }[];
    };
    expect(steps.results[0]!.details.mixop[0]!.dispatches).toBeGreaterThan(100);
  },
);

// As above: a script for Linux.
test.skipIf(process.platform !== 'linux').each([
  [['--rounds', '0'], '--rounds 0 is not a whole number over 0'],
  [['--peer', 'gpu'], '--peer gpu: give cuda, cpu or none'],
  [['--round', '3'], "Unknown option '--round'"],
])('%j is refused in one line', async (args, line) => {
  const { code, stderr } = await bench(...args);
  expect(stderr).toContain(line);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});
