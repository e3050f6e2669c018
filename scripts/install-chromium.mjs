// Brings a headless Chromium where there is none and that is asked for, so that the tests of pages run. Otherwise it says
// which tests are skipped, and what to install.
import { fileURLToPath } from 'node:url';
import { adviceWithout, install } from './apt.mjs';
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
  const advice = adviceWithout('tests in browsers', 'install Chromium or Chrome');
  if (advice !== undefined) {
    console.log(`chromium: there is none in PATH, and ${advice}`);
    return;
  }
  console.log(`chromium: apt-get install ${packages.join(' ')}, because there is none in PATH`);
  const problem = install(packages);
  const installed = findChromium();
  if (installed !== undefined) console.log(`chromium: ${installed} is in PATH`);
  else console.log(`chromium: still none in PATH${problem === undefined ? '' : `; ${problem}`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureChromium();
