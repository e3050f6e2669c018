// The scripts that bring a Chromium for the tests of pages, and a Vulkan driver, with a package manager that is a stub.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const mayInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** A program in the temporary folder, in JavaScript. */
function program(name: string, body = ''): void {
  writeFileSync(at(name), `#!${process.execPath}\n${body}\n`, { mode: 0o755 });
}

/** What the script says where PATH holds nothing but the temporary folder, and where Vulkan finds no driver. */
function install(asked: NodeJS.ProcessEnv, what = 'chromium'): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [`scripts/install-${what}.mjs`], {
    env: { PATH: at(), VK_DRIVER_FILES: at('none.json'), ...asked },
    encoding: 'utf8',
  });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.trim();
}

const bring = `if (process.argv.slice(-2).join(' ') === 'install chromium')
  require('fs').writeFileSync(__dirname + '/chromium', '#!${process.execPath}', { mode: 0o755 });`;

// Needs the right to install: apt-get, and root.
it.skipIf(!mayInstall).each([
  ['apt-get brings it', bring, /because there is none in PATH\nchromium: chromium is in PATH$/],
  [
    'apt-get fails',
    "console.error('E: no route'); process.exitCode = 100",
    /chromium: still none in PATH; apt-get: E: no route$/,
  ],
])('says so where there is none and %s', (_, aptGet, says) => {
  program('apt-get', aptGet);
  for (const asked of [{ CI: 'true' }, { MIXOP_INSTALL: '1' }]) {
    rmSync(at('chromium'), { force: true });
    expect(install(asked)).toMatch(says);
  }
});

it.skipIf(process.platform === 'win32').each([
  [
    'chromium',
    {},
    /^chromium: there is none in PATH, and tests in browsers are skipped without; install Chromium or Chrome/,
  ],
  ['chromium', { CI: '1' }, /tests in browsers fail without; install Chromium or Chrome/],
  [
    'vulkan',
    {},
    /^vulkan: WebGPU finds no adapter, and tests on WebGPU are skipped without; install a Vulkan driver/,
  ],
])('without being asked to, %s is not installed: one line says what is missing', (what, asked, says) => {
  program('apt-get', `require('fs').writeFileSync(${JSON.stringify(at('asked'))}, '')`);
  const said = install(asked, what);
  expect(said).toMatch(says);
  expect(said.split('\n')).toHaveLength(1);
  expect(said.includes('MIXOP_INSTALL=1 npm test')).toBe(existsSync('/usr/bin/apt-get'));
  expect(existsSync(at('asked'))).toBe(false);
});

it('continuous integration asks for it', () => {
  expect(readFileSync('.ci/run', 'utf8')).toContain('export CI=true\n');
});

// The stub of a browser is a script with a first line that names its interpreter, which Windows does not read.
it.skipIf(process.platform === 'win32')('does nothing where there is one', () => {
  program('google-chrome');
  expect(install({ MIXOP_INSTALL: '1' })).toBe('chromium: nothing to do, google-chrome is in PATH');
});
