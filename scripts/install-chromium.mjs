// Brings a headless Chromium where there is none, so that the tests of pages run. Where it cannot be installed it says what
// to install.
import { fileURLToPath } from 'node:url';
import { install, reasonNotTo } from './apt.mjs';
import { findChromium } from './find-chromium.mjs';

/** Ubuntu's package of this name, if any, only brings the snap. */
const packages = ['chromium'];

/** Installs the browser where there is none; says in one line what it did or what to do. */
export function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) {
    console.log(`chromium: nothing to do, ${found} is in PATH`);
    return;
  }
  const why = reasonNotTo();
  if (why !== undefined) {
    console.log(`chromium: there is none in PATH, and ${why}; install Chromium or Chrome`);
    return;
  }
  console.log(`chromium: apt-get install ${packages.join(' ')}, because there is none in PATH`);
  const problem = install(packages);
  const installed = findChromium();
  if (installed !== undefined) console.log(`chromium: ${installed} is in PATH`);
  else console.log(`chromium: still none in PATH${problem === undefined ? '' : `; ${problem}`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureChromium();
