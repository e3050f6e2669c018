// From what the user writes (`digits`, `cifar10:PATH`, a bare PATH) to a data source.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';
import type { DataSource } from './dataset.ts';
import { isFolder, listFolder, readBytes } from './files.ts';
import { cifarLayouts, looksLikeCifar, recordBytes, type CifarKind } from './formats/cifar.ts';
import { looksLikeIdx } from './formats/idx.ts';
import { loadCifar } from './loaders/cifar.ts';
import { loadDigits } from './loaders/digits.ts';
import { loadFashionMini } from './loaders/fashion-mini.ts';
import { loadFolder } from './loaders/folder.ts';
import { loadIdx } from './loaders/idx.ts';

/** Data sets that ship with the package. */
const embeddedDatasets: Readonly<Record<string, () => Promise<DataSource>>> = {
  digits: loadDigits,
  'fashion-mini': loadFashionMini,
};

type PathKind = 'idx' | CifarKind | 'folder';

const loaders: Readonly<Record<PathKind, (path: string) => Promise<DataSource>>> = {
  idx: loadIdx,
  cifar10: (path) => loadCifar('cifar10', path),
  cifar100: (path) => loadCifar('cifar100', path),
  folder: loadFolder,
};

const isPathKind = (kind: string): kind is PathKind => Object.hasOwn(loaders, kind);

/** Every form that `openData` takes, for help texts and errors. */
export const dataForms: readonly string[] = [
  ...Object.keys(embeddedDatasets),
  ...Object.keys(loaders).map((kind) => `${kind}:PATH`),
  'PATH',
];

/** Opens an embedded data set by name, or files by `KIND:PATH` or a PATH whose kind its content tells. */
export async function openData(spec: string): Promise<DataSource> {
  if (Object.hasOwn(embeddedDatasets, spec)) return embeddedDatasets[spec]!();
  // One letter before the colon is a Windows drive.
  const [, kind, path] = /^([^:/\\.]{2,}):(.*)$/s.exec(spec) ?? [];
  if (kind !== undefined && path !== undefined) {
    if (kind === 'text') {
      const problem = `"${spec}" is text, not images`;
      throw new MixopError('config', 'data', problem, 'only mixop search --space darts-rnn learns from text');
    }
    if (!isPathKind(kind)) throw unknownName(spec, kind, Object.keys(loaders), ':');
    if (path === '') throw new MixopError('config', 'data', `"${spec}" names no path`, `write ${kind}:PATH`);
    return loaders[kind](path);
  }
  if (!/[/\\.]/.test(spec) && !existsSync(spec))
    throw unknownName(spec, spec, [...Object.keys(embeddedDatasets), ...Object.keys(loaders)]);
  return loaders[await recognise(spec)](spec);
}

function unknownName(spec: string, name: string, known: readonly string[], suffix = ''): MixopError {
  const [nearest] = nearNames(name, known);
  const question = nearest === undefined ? '' : `did you mean "${nearest}${suffix}"? `;
  const remedy = `${question}known forms: ${dataForms.join(', ')}`;
  return new MixopError('config', 'data', `"${spec}" is not a known data set`, remedy);
}

/** What kind of data a path holds, by its content. */
async function recognise(path: string): Promise<PathKind> {
  if (!(await isFolder(path))) return recogniseFile(path, path);
  const { files, folders } = await listFolder(path);
  if (files.some((file) => /images/i.test(file) && !/\.(png|jpe?g)$/i.test(file))) return 'idx';
  const binary = files.find((file) => file.endsWith('.bin'));
  if (binary !== undefined) return recogniseFile(join(path, binary), path);
  if (folders.length > 0) return 'folder';
  throw new MixopError(
    'data',
    path,
    files.length === 0 ? 'an empty folder' : 'holds neither IDX files, CIFAR .bin files nor class folders',
    'name the folder that holds the data',
  );
}

async function recogniseFile(file: string, path: string): Promise<PathKind> {
  const bytes = await readBytes(file);
  if (looksLikeIdx(bytes)) return 'idx';
  for (const kind of ['cifar10', 'cifar100'] as const) if (looksLikeCifar(kind, bytes)) return kind;
  const records = (['cifar10', 'cifar100'] as const)
    .map((kind) => `${cifarLayouts[kind].title} records of ${recordBytes(kind)}`)
    .join(' or ');
  throw new MixopError(
    'data',
    file,
    `not recognised: no IDX magic number, and ${bytes.length} bytes are not whole ${records} with labels in range`,
    `say what it is, as cifar10:${path}, or get it again if it is truncated`,
  );
}
