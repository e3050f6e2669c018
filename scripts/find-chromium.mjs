// Looks for a Chromium in PATH.
import { spawnSync } from 'node:child_process';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The name of the first that starts, or undefined where there is none. */
export function findChromium() {
  return names.find((name) => spawnSync(name, ['--version'], { timeout: 60_000 }).status === 0);
}
