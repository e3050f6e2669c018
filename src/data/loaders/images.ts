// PNG and JPEG files through sharp, an optional package that is imported only when such files are read.

import { open } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import { MixopError } from '../../base/errors.ts';

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  /** 1 for gray, 3 for colour. */
  readonly channels: 1 | 3;
}

/** Opens a file; decoding happens when its result is asked for. */
export type Decoder = (path: string) => Sharp;

/** sharp, or an error that says how to get it; `place` is the data that needs it. */
export async function importSharp(place: string): Promise<Decoder> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new MixopError(
      'data',
      place,
      'PNG and JPEG files need the optional package sharp, which is missing or does not load here',
      'run `npm install sharp`',
      { cause },
    );
  }
}

function unreadable(path: string, cause: unknown): MixopError {
  const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
  return new MixopError('data', path, `not a readable PNG or JPEG image (${why})`, 'repair or remove it', {
    cause,
  });
}

const signatures: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0xff, 0xd8, 0xff],
];

/** Whether a file begins as a PNG or JPEG: sharp would decode others too, whatever their name, and SVG names files. */
async function isPngOrJpeg(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return signatures.some((signature) => signature.every((byte, i) => buffer[i] === byte));
  } finally {
    await file.close();
  }
}

/** Size and kind from the file's header. */
export async function readShape(decoder: Decoder, path: string): Promise<ImageShape> {
  const known = await isPngOrJpeg(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!known) throw unreadable(path, 'it begins as neither');
  const { height, width, space } = await decoder(path)
    .metadata()
    .catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
  return { height, width, channels: space === 'b-w' || space === 'grey16' ? 1 : 3 };
}

/** [height, width, channels], 8 bits each. */
export async function readPixels(decoder: Decoder, path: string, shape: ImageShape): Promise<Uint8Array> {
  const { data, info } = await decoder(path)
    .removeAlpha()
    .toColourspace(shape.channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
  if (info.height !== shape.height || info.width !== shape.width || info.channels !== shape.channels)
    throw unreadable(path, `decoded to ${info.height}x${info.width}x${info.channels}`);
  return data;
}
