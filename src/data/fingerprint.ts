// A checksum of a data set, by which a resumed run knows that it goes on with the same images.

import { createHash } from 'node:crypto';
import type { Dataset } from './dataset.ts';

/** SHA-256 in hexadecimal over the shape, the pixels and the labels (little-endian); names do not count. */
export function fingerprint(dataset: Dataset): string {
  const { count, height, width, channels, classes, maxPixel, pixels, labels } = dataset;
  const labelBytes = new Uint8Array(2 * labels.length);
  const view = new DataView(labelBytes.buffer);
  labels.forEach((label, i) => view.setUint16(2 * i, label, true));
  return createHash('sha256')
    .update([count, height, width, channels, classes, maxPixel].join(' '))
    .update(pixels)
    .update(labelBytes)
    .digest('hex');
}
