// Installs the dependencies when they are missing, incomplete or not those of package-lock.json; else does nothing.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { interruptedCode, runNpm } from './child.mjs';
import { Stop } from './stop.mjs';

/** Stamps live inside node_modules, so that they vanish with it. */
const stampFolder = 'node_modules/.mixop';
const stampFile = `${stampFolder}/installed`;
/** npm writes this when an installation is complete. */
const npmRecord = 'node_modules/.package-lock.json';

const networkCodes =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/** The text of a file, or '' where there is none. */
export function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  }
}

export function writeStamp(file, key) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(file, `${key}\n`);
}

/** The dependencies that a package asks for, as one text. */
function askedFor({ dependencies = {}, devDependencies = {}, optionalDependencies = {} }) {
  return JSON.stringify([dependencies, devDependencies, optionalDependencies]);
}

/** What an installation depends on: the lock, the dependencies asked for, and the kind of machine. */
function installKey() {
  const asked = askedFor(JSON.parse(textOf('package.json')));
  const machine = `${process.platform} ${process.arch}`;
  return createHash('sha256')
    .update(`${textOf('package-lock.json')}\n${asked}\n${machine}`)
    .digest('hex');
}

/**
 * Whether package.json and the lock agree, and npm's own record of node_modules has just what the lock asks for
 * (packages for other systems left out): so it is after an `npm ci` by hand.
 */
function recordMatchesLock() {
  const record = textOf(npmRecord);
  if (record === '') return false;
  const present = JSON.parse(record).packages;
  const { '': root, ...wanted } = JSON.parse(textOf('package-lock.json')).packages;
  return (
    askedFor(root) === askedFor(JSON.parse(textOf('package.json'))) &&
    Object.keys(present).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, { integrity, optional }]) =>
      path in present ? present[path].integrity === integrity : optional === true,
    )
  );
}

/** Installs what is missing, and says in one line what it does and why. */
export async function ensureInstalled() {
  const key = installKey();
  const stamp = textOf(stampFile).trim();
  if (stamp === key) {
    console.log('install: nothing to do, node_modules is what package-lock.json asks for');
    return;
  }
  if (recordMatchesLock()) {
    writeStamp(stampFile, key);
    console.log('install: nothing to do, npm has already installed what package-lock.json asks for');
    return;
  }
  const reason =
    stamp === '' ? 'node_modules is missing or incomplete' : 'package.json or package-lock.json changed';
  console.log(`install: npm ci, because ${reason} (about a minute)`);
  // Without these two an installation that stops half-way is seen to be incomplete.
  rmSync(stampFile, { force: true });
  rmSync(npmRecord, { force: true });
  const flags = ['--include=dev', '--include=optional', '--prefer-offline', '--loglevel=error'];
  const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=10000'];
  const { code, interrupted, errors } = await runNpm(['ci', ...flags, ...patience], { captureErrors: true });
  if (interrupted) throw new Stop(interruptedCode, 'install: interrupted; the same command starts it again');
  if (code !== 0) {
    const network = networkCodes.exec(errors);
    if (network !== null) {
      throw new Stop(
        1,
        `install: the npm registry cannot be reached (${network[0]}); connect to the network, or set npm's proxy or registry, and repeat the command`,
      );
    }
    process.stderr.write(errors);
    throw new Stop(
      1,
      `install: npm ci failed with exit code ${code}; mend what it says above and repeat the command`,
    );
  }
  writeStamp(stampFile, key);
}
