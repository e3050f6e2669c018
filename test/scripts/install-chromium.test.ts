// The script that brings a Chromium for the tests of pages, with a package manager that is a stub.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const mayInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** A program in the temporary folder, in JavaScript. */
function program(name: string, body = ''): void {
  writeFileSync(at(name), `#!${process.execPath}\n${body}\n`, { mode: 0o755 });
}

/** What the script says where PATH holds nothing but the temporary folder. */
function install(): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/install-chromium.mjs'], {
    env: { PATH: at() },
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
  expect(install()).toMatch(says);
});

// For those without it.
it.skipIf(mayInstall || process.platform === 'win32')('says what to do where nobody may install', () => {
  expect(install()).toMatch(/there is none in PATH, and .*; install Chromium or Chrome$/);
});

// The stub of a browser is a script with a first line that names its interpreter, which Windows does not read.
it.skipIf(process.platform === 'win32')('does nothing where there is one', () => {
  program('google-chrome');
  expect(install()).toBe('chromium: nothing to do, google-chrome is in PATH');
});
