// The name of a run folder where none is given: `runs/<name>-<data>-<n>`.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The first that is not taken. */
export function freeRunFolder(what: string, data: string): string {
  const name = `${plain(what)}-${plain(basename(data).replace(/\.\w+$/, ''))}`;
  for (let n = 1; ; n += 1) {
    const folder = join('runs', `${name}-${n}`);
    if (!existsSync(folder)) return folder;
  }
}

/** Of a data source's last part or a space's name, what every file system takes. */
function plain(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^[-.]+|-+$/g, '') || 'search';
}
