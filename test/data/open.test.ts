// What a user may write for --data, and what is said when nothing answers to it.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openData } from '../../src/data/open.ts';
import { cifar, messageOf, temporaryFolder } from '../helpers/data-support.ts';

describe('openData', () => {
  it.each([
    {
      spec: 'digts',
      says: ['data: "digts" is not a known data set', 'did you mean "digits"?', 'fashion-mini', 'idx:PATH'],
    },
    { spec: 'fashon-mini', says: ['did you mean "fashion-mini"?'] },
    { spec: 'cifar-10', says: ['did you mean "cifar10"?'] },
    {
      spec: 'cifr100:somewhere',
      says: ['"cifr100:somewhere" is not a known data set', 'did you mean "cifar100:"?'],
    },
    { spec: 'idx:', says: ['data: "idx:" names no path; write idx:PATH'] },
    { spec: 'idx:/nowhere/at/all', says: ['/nowhere/at/all: no such file or folder; check the path'] },
    { spec: './nowhere', says: ['./nowhere: no such file or folder; check the path'] },
    { spec: 'cifar10:nowhere.bin', says: ['nowhere.bin: no such file or folder'] },
    { spec: 'folder:nowhere', says: ['nowhere: no such file or folder'] },
  ])('refuses $spec', async ({ spec, says }) => {
    const message = await messageOf(() => openData(spec));
    for (const part of says) expect(message).toContain(part);
  });

  it.each([
    { holds: 'nothing', files: {}, says: ': an empty folder; name the folder that holds the data' },
    {
      holds: 'only other files',
      files: { 'notes.txt': 'x' },
      says: 'neither IDX files, CIFAR .bin files nor class',
    },
    {
      holds: 'a truncated binary file',
      files: { 'x.bin': cifar([[1], [2]]).subarray(0, 6000) },
      says: 'x.bin: not recognised: no IDX magic number, and 6000 bytes are not whole CIFAR-10 records of 3073 or',
    },
  ])('does not recognise a folder that holds $holds', async ({ files, says }) => {
    expect(await messageOf(() => openData(temporaryFolder(files)))).toContain(says);
  });

  it('names a file that is no data', async () => {
    const folder = temporaryFolder({ 'notes.txt': 'x' });
    expect(await messageOf(() => openData(join(folder, 'notes.txt')))).toContain('notes.txt: not recognised');
  });
});
