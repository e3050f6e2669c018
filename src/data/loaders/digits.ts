// The embedded digits: 1,797 images of 8x8, one part.

import { makeSource, type DataSource } from '../dataset.ts';
import { readBytes } from '../files.ts';
import { parseDigits } from '../formats/digits-csv.ts';
import { embeddedData } from '../package-root.ts';

/** Ten classes, 8x8x1, values 0 to 16. */
export async function loadDigits(): Promise<DataSource> {
  const path = embeddedData('digits', 'digits.csv.gz');
  const text = new TextDecoder().decode(await readBytes(path));
  return makeSource(parseDigits(text, path), undefined, path);
}
