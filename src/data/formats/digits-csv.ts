// The digits as scikit-learn stores them: a row an image, 64 values 0 to 16 and the label.

import { MixopError } from '../../base/errors.ts';
import type { Dataset } from '../dataset.ts';

const size = 8;
const area = size * size;
const maxPixel = 16;
const classes = 10;

/** Digits of the file's text; `place` names it in errors. */
export function parseDigits(text: string, place: string): Dataset {
  const rows = text.trimEnd().split('\n');
  const pixels = new Uint8Array(rows.length * area);
  const labels = new Uint16Array(rows.length);
  rows.forEach((row, i) => {
    const fail = (column: string, problem: string): MixopError =>
      new MixopError('data', `${place}, line ${i + 1}${column}`, problem, 'get the file again');
    const fields = row.split(',');
    if (fields.length !== area + 1) throw fail('', `${fields.length} values instead of ${area + 1}`);
    fields.forEach((field, column) => {
      const value = Number(field);
      const limit = column < area ? maxPixel : classes - 1;
      if (field.trim() === '' || !Number.isInteger(value) || value < 0 || value > limit) {
        const what = column < area ? 'a pixel' : 'a label';
        throw fail(
          `, value ${column + 1}`,
          `"${field}" is out of range, ${what} is a whole number 0 to ${limit}`,
        );
      }
      if (column < area) pixels[i * area + column] = value;
      else labels[i] = value;
    });
  });
  return {
    name: 'digits',
    count: rows.length,
    height: size,
    width: size,
    channels: 1,
    classes,
    pixels,
    labels,
    maxPixel,
  };
}
