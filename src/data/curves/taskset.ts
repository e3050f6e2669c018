// Validation losses of TaskSet (Metz et al. 2020): float32, 51 check points a configuration; NaN is a diverged run.

import { MixopError } from '../../base/errors.ts';
import { clamped, type CurveSet } from './curve.ts';

const points = 51;

/** Losses are capped at 1, and NaN counts as 1. */
export function taskSetCurves(bytes: Uint8Array, place: string, name: string): readonly CurveSet[] {
  const row = points * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length === 0 || bytes.length % row !== 0)
    throw new MixopError(
      'data',
      place,
      `${bytes.length} bytes are no rows of ${points} float32`,
      'get the file again',
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const curves = Array.from({ length: bytes.length / row }, (_, index) => ({
    name: String(index),
    values: Float64Array.from({ length: points }, (_, i) =>
      clamped(1 - view.getFloat32(index * row + i * 4, true)),
    ),
    diverged: false,
    features: [],
  }));
  return [{ name, length: points, featureNames: [], map: '1 - min(loss, 1), NaN is 0', curves }];
}
