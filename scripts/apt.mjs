// Installs packages of Debian and Ubuntu: only there, only as root, and only where the environment asks for it. The
// machine's own list of package sources stays as it is.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Releases that are long out, and the suite that has newer versions of some packages. */
const newerSuites = { bookworm: 'bookworm-backports' };
/** A machine without a network waits no longer than this for the package lists, in seconds. */
const patience = 60;

/**
 * What follows from a missing package, and what to do, in words; undefined where it is installed here. A machine is
 * changed only if that is asked for: by MIXOP_INSTALL=1, or by CI=true as on a machine for continuous integration.
 * tests: those that need it; remedy: what to install by hand.
 */
export function adviceWithout(tests, remedy) {
  const { CI, MIXOP_INSTALL } = process.env;
  const advice = `${tests} ${CI === undefined ? 'are skipped' : 'fail'} without; ${remedy}`;
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return advice;
  if (process.getuid() !== 0) return `${advice}, or run MIXOP_INSTALL=1 npm test as root`;
  if (CI === 'true' || MIXOP_INSTALL === '1') return undefined;
  return `${advice}, or let MIXOP_INSTALL=1 npm test do it`;
}

/**
 * Installs from the distribution's own archive; returns the problem if there is one. newer: a newer version than the
 * release's own, where the archive has one.
 */
export function install(packages, { newer: asked = false } = {}) {
  const codename = /^VERSION_CODENAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const archive = archiveOf(codename);
  if (archive === undefined) return `no package source for ${codename} in /etc/apt`;
  const folder = mkdtempSync(join(tmpdir(), 'mixop-apt-'));
  try {
    const newer = asked ? newerSuites[codename] : undefined;
    const suites = newer === undefined ? [codename] : [codename, newer];
    const list = join(folder, 'sources.list');
    writeFileSync(
      list,
      suites.map((suite) => `deb ${archive.options}${archive.uri} ${suite} main\n`).join(''),
    );
    mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
    const places = [
      `Dir::Etc::sourcelist=${list}`,
      'Dir::Etc::sourceparts=-',
      `Dir::State::Lists=${folder}/lists`,
    ];
    const waits = [`Acquire::http::Timeout=${patience}`, 'Acquire::Retries=1', 'DPkg::Lock::Timeout=300'];
    const options = [...places, ...waits].flatMap((option) => ['-o', option]);
    const from = newer === undefined ? [] : ['-t', newer];
    return (
      apt([...options, '-q', 'update']) ??
      apt([...options, '-q', '-y', '--no-install-recommends', ...from, 'install', ...packages])
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs apt-get; returns its last words where it fails. */
function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const { status, stderr, error } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (status === 0) return undefined;
  return `apt-get: ${error?.message ?? (stderr.trim().split('\n').at(-1) || `exit code ${status}`)}`;
}

/** Address and options of the source that the machine has for a release, of either format. */
function archiveOf(codename) {
  const parts = '/etc/apt/sources.list.d';
  const files = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
  for (const file of ['/etc/apt/sources.list', ...files].filter((name) => existsSync(name))) {
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.sources')) {
      for (const stanza of text.split(/\n\s*\n/)) {
        const field = (name) => new RegExp(`^${name}:[ \\t]*(.+)$`, 'm').exec(stanza)?.[1].trim();
        if (!field('Suites')?.split(/\s+/).includes(codename)) continue;
        const key = field('Signed-By');
        return {
          uri: field('URIs').split(/\s+/)[0],
          options: key === undefined ? '' : `[signed-by=${key}] `,
        };
      }
    } else if (file.endsWith('.list')) {
      const line = /^deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s/gm;
      for (const [, options = '', uri, suite] of text.matchAll(line)) {
        if (suite === codename) return { uri, options };
      }
    }
  }
  return undefined;
}
