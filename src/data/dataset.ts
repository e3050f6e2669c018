// What every loader returns: labelled images as bytes, and the checks that all of them share.
// Knows no files; turning bytes into normalised batches is the work of batches.ts.

import { MixopError } from '../base/errors.ts';

export interface Dataset {
  readonly name: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
  readonly classNames?: readonly string[];
  /** [count, height, width, channels], each 0 to maxPixel. */
  readonly pixels: Uint8Array;
  /** [count], each 0 to classes - 1. */
  readonly labels: Uint16Array;
  /** The value of full white: 16 for the digits, 255 elsewhere. */
  readonly maxPixel: number;
}

/** A search splits `train` in two; `test` is what the makers of the data held back, if they did. */
export interface DataSource {
  readonly train: Dataset;
  readonly test?: Dataset;
}

/** Turns an image's index into the place that an error names, as `labels.gz, byte 25`. */
type PlaceOf = (index: number) => string;

/** Refuses labels outside 0 to classes - 1. */
export function checkLabels(labels: ArrayLike<number>, classes: number, placeOf: PlaceOf): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label < classes) continue;
    throw new MixopError(
      'data',
      placeOf(i),
      `label ${label} is out of range, there are ${classes} classes (0 to ${classes - 1})`,
      'correct the label or remove the image',
    );
  }
}

/** Refuses a training part whose images all have one label. */
export function checkClasses(labels: ArrayLike<number>, place: string): void {
  for (let i = 1; i < labels.length; i++) if (labels[i] !== labels[0]) return;
  throw new MixopError(
    'data',
    place,
    `every image has label ${labels[0]}, a single class`,
    'give data with at least two classes',
  );
}

/** Joins the two parts of a source, which must agree in shape. */
export function makeSource(train: Dataset, test: Dataset | undefined, place: string): DataSource {
  if (test === undefined) return { train };
  const shape = (part: Dataset): string => `${part.height}x${part.width}x${part.channels}`;
  if (shape(train) !== shape(test)) {
    throw new MixopError(
      'data',
      place,
      `training images are ${shape(train)} (height x width x channels), test images ${shape(test)}`,
      'give two parts of one data set',
    );
  }
  return { train, test };
}
