// The default run folder: `runs/<name>-<data>-<n>`.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The first one that does not exist. */
export function freeRunFolder(what: string, data: string): string {
  const name = `${plain(what)}-${plain(basename(data).replace(/\.\w+$/, ''))}`;
  for (let n = 1; ; n += 1) {
    const folder = join('runs', `${name}-${n}`);
    if (!existsSync(folder)) return folder;
  }
}

/** A name with only those characters that every file system accepts. */
function plain(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^[-.]+|-+$/g, '') || 'search';
}
