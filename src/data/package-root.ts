// Finds the data files that ship with the package, from the sources as from the bundled dist/.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MixopError } from '../base/errors.ts';

function isPackageRoot(folder: string): boolean {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return false;
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed && parsed.name === 'mixop';
}

/** The folder that holds mixop's own package.json, searched upward from a file. */
export function packageRoot(from: string = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new MixopError(
    'data',
    from,
    'the package folder of mixop with its embedded data is nowhere above this file',
    'install mixop as a package, or name a data set of your own',
  );
}

/** The path of an embedded data file, as `embeddedData('digits', 'digits.csv.gz')`. */
export function embeddedData(...path: readonly string[]): string {
  return join(packageRoot(), 'data', ...path);
}
