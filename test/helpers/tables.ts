// Tables for tests: the published ones beside the checkout, where they are, and small made-up ones.

import { fileURLToPath } from 'node:url';

/** A file beside the checkout that may be absent. */
export function sharedFile(path: string): string {
  return fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url));
}

export const nasbench201File = sharedFile('nb201/nb201-licensed.csv.gz');

/** All chains of NAS-Bench-Macro, the better the more of their digits are 2: text of a table. */
export function macroTable(): string {
  const rows = Array.from({ length: 3 ** 8 }, (_, i) => {
    const name = i.toString(3).padStart(8, '0');
    const sum = Array.from(name, Number).reduce((total, digit) => total + digit, 0);
    return `${name},${(60 + 2 * sum).toFixed(2)},${1000 + sum},${sum},`;
  });
  return ['arch,mean,params,flops,holes', ...rows].join('\n') + '\n';
}
