// Reading files and folders for the loaders, with errors that name the file and the remedy.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MixopError } from '../base/errors.ts';

const inflate = promisify(gunzip);

const mebibyte = 2 ** 20;
/** Images, text and tables of numbers pack by 3 to 30; gzip itself reaches 1,000 on bytes that are all the same. */
const largestRatio = 64;

/** Bytes that a gzip file may unpack to. */
function unpackedLimit(packed: number): number {
  return Math.min(2048 * mebibyte, Math.max(16 * mebibyte, largestRatio * packed));
}

function unreadable(path: string, cause: unknown): MixopError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const [problem, remedy] =
    code === 'ENOENT'
      ? ['no such file or folder', 'check the path']
      : code === 'ENOTDIR'
        ? ['is a file where a folder is wanted, or lies below one', 'check the path']
        : [`cannot be read (${code})`, 'check its kind and its permissions'];
  return new MixopError('data', path, problem, remedy, { cause });
}

/** The bytes of a file, unpacked if they are gzip (told by content, not by name). */
export async function readBytes(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const maxOutputLength = unpackedLimit(bytes.length);
    bytes = await inflate(bytes, { maxOutputLength }).catch((cause: unknown) => {
      if (cause instanceof RangeError) {
        const problem = `unpacks from ${bytes.length} bytes to more than ${maxOutputLength / mebibyte} MiB`;
        throw new MixopError('data', path, problem, 'unpack it yourself if it is what you expect', { cause });
      }
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new MixopError('data', path, `truncated or damaged gzip (${why})`, 'get the file again', {
        cause,
      });
    });
  }
  if (new TextDecoder('latin1').decode(bytes.subarray(257, 262)) === 'ustar')
    throw new MixopError('data', path, 'is a tar archive', 'unpack it and name the folder');
  return bytes;
}

interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Names in a folder, in code unit order (the same on every machine), hidden ones left out. */
export async function listFolder(path: string): Promise<Listing> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const folder = entry.isSymbolicLink() ? await isFolder(join(path, entry.name)) : entry.isDirectory();
    (folder ? folders : files).push(entry.name);
  }
  return { files: files.sort(), folders: folders.sort() };
}

/** Whether a path (or what it links to) is a folder; an error if nothing is there. */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return found.isDirectory();
}
