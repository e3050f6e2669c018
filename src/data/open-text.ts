// Opens text: a file that is cut in two, or a folder of two files, as words or characters; and knows it again.

import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { isFolder, listFolder, readBytes } from './files.ts';
import type { Text, TokenKind } from './text.ts';

/** What stands for the end of a line among words. */
const endOfLine = '<eos>';

/** The form of `openText`, for help texts and errors. */
export const textForm = 'text:PATH';

/**
 * Opens `text:FILE`, whose first `trainFraction` is for training, or `text:FOLDER` with one file called train and one
 * called valid (as ptb.train.txt); UTF-8, plain or .gz. Throws a `MixopError`.
 */
export async function openText(spec: string, kind: TokenKind, trainFraction: number): Promise<Text> {
  const path = /^text:(.+)$/s.exec(spec)?.[1];
  if (path === undefined) {
    const remedy = `write ${textForm}: a file, or a folder with one file called train and one called valid`;
    throw new MixopError('config', 'data', `"${spec}" is not text`, remedy);
  }
  const places = new Map<string, number>();
  const numbered = (tokens: readonly string[]): Uint32Array =>
    Uint32Array.from(tokens, (token) => {
      const known = places.get(token);
      if (known !== undefined) return known;
      places.set(token, places.size);
      return places.size - 1;
    });
  const finish = (train: Uint32Array, validation: Uint32Array): Text => {
    if (places.size < 2)
      throw new MixopError('data', path, 'holds fewer than two different words', 'give a text');
    return { name: basename(path), kind, vocabulary: [...places.keys()], train, validation };
  };
  if (await isFolder(path)) {
    const train = numbered(await readTokens(await partOf(path, 'train'), kind));
    return finish(train, numbered(await readTokens(await partOf(path, 'valid'), kind)));
  }
  const all = numbered(await readTokens(path, kind));
  const cut = Math.floor(all.length * trainFraction);
  return finish(all.subarray(0, cut), all.subarray(cut));
}

async function partOf(folder: string, part: string): Promise<string> {
  const found = (await listFolder(folder)).files.filter((file) => file.toLowerCase().includes(part));
  if (found.length === 1) return join(folder, found[0]!);
  const problem =
    found.length === 0 ? `no file is called ${part}` : `several are called ${part}: ${found.join(', ')}`;
  throw new MixopError('data', folder, problem, 'put there one file called train and one called valid');
}

async function readTokens(file: string, kind: TokenKind): Promise<string[]> {
  const bytes = await readBytes(file);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MixopError('data', file, 'is not UTF-8 text', 'convert it, or name another file', { cause });
  }
  if (kind === 'characters') return Array.from(text);
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.flatMap((line) => [...line.split(/\s+/).filter((word) => word !== ''), endOfLine]);
}

/** SHA-256 in hexadecimal over the vocabulary and both parts; the name does not count. */
export function textFingerprint({ kind, vocabulary, train, validation }: Text): string {
  const hash = createHash('sha256').update(JSON.stringify([kind, vocabulary, train.length]));
  for (const part of [train, validation]) {
    const view = new DataView(new ArrayBuffer(4 * part.length));
    part.forEach((token, i) => view.setUint32(4 * i, token, true));
    hash.update(new Uint8Array(view.buffer));
  }
  return hash.digest('hex');
}
