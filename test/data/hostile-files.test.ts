// Files of data that were made to do harm, or are only larger than most.

import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nasbenchNlpCurves } from '../../src/data/curves/nasbench-nlp.ts';
import { natsCurves } from '../../src/data/curves/nats.ts';
import { robustDartsCurves } from '../../src/data/curves/robustdarts.ts';
import { openCurves } from '../../src/data/curves/open.ts';
import { readBytes } from '../../src/data/files.ts';
import { openData } from '../../src/data/open.ts';
import { messageOf, temporaryFolder } from '../helpers/data-support.ts';

const sharp = await import('sharp').then(
  (found) => found.default,
  () => undefined,
);

/** The path of a file with this content. */
function written(name: string, content: string | Uint8Array): string {
  return join(temporaryFolder({ [name]: content }), name);
}

describe('gzip', () => {
  it('is not unpacked without a limit', async () => {
    const bomb = written('bomb.gz', gzipSync(new Uint8Array(64 << 20)));
    expect(await messageOf(() => readBytes(bomb))).toMatch(
      /bomb\.gz: unpacks from \d+ bytes to more than 16 MiB; unpack it yourself/,
    );
  });

  it('of a small file may hold 16 MiB', async () => {
    const zeros = written('zeros.gz', gzipSync(new Uint8Array(16 << 20)));
    expect(await readBytes(zeros)).toHaveLength(16 << 20);
  });
});

const nlp = {
  recepie_id: 1,
  status: 'OK',
  num_params: 10,
  recepie: { a: { op: 'linear' } },
  val_losses: [9, 8],
};
const darts = { space: 's1', dataset: 'c10', drop_path: 0, weight_decay: 0, seed: 1, valid_err: [9, 8] };
const nats: Parameters<typeof natsCurves>[0][number] = {
  space: 'tss',
  arch: 'a',
  dataset: 'c10',
  seed: 1,
  epochs: 2,
  params_M: 1,
  flops_M: 1,
  eval_acc: {
    'ori-test': [
      [0, 10],
      [1, 20],
    ],
  },
};

describe('learning curves', () => {
  const count = 200_000;
  it.each([
    { what: 'NAS-Bench-NLP', read: () => nasbenchNlpCurves(Array(count).fill(nlp)), sets: 1 },
    { what: 'RobustDARTS', read: () => robustDartsCurves(Array(count).fill(darts)), sets: 1 },
    { what: 'NATS-Bench', read: () => natsCurves(Array(count).fill(nats)), sets: 1 },
    {
      what: 'as many spaces as records',
      read: () => robustDartsCurves(Array.from({ length: count }, (_, i) => ({ ...darts, space: `s${i}` }))),
      sets: count,
    },
  ])(
    'are read in a time that is proportional to their number: $what',
    ({ read, sets }) => {
      const found = read();
      expect(found).toHaveLength(sets);
      expect(found.reduce((sum, { curves }) => sum + curves.length, 0)).toBe(count);
    },
    20_000,
  );

  it.each([
    {
      records: [{ ...nlp, num_params: 0 }],
      says: 'c.json, nasbench-nlp, 1: its log10 parameters is -Infinity; leave this curve out',
    },
    { records: [{ ...nlp, num_params: -5 }], says: 'nasbench-nlp, 1: its log10 parameters is NaN' },
    { records: [{ ...nats, params_M: 1e308 }], says: 'a seed 1: its log10 parameters is Infinity' },
    { records: [{ ...nats, flops_M: 0 }], says: 'a seed 1: its log10 FLOPs is -Infinity' },
    { records: [{ ...nlp, val_losses: [] }], says: 'c.json, nasbench-nlp: has no values' },
    { records: [{ ...darts, valid_err: [] }], says: 'c.json, robustdarts-s1: has no values' },
  ])('whose features or length are no numbers are refused: $says', async ({ records, says }) => {
    expect(await messageOf(() => openCurves(written('c.json', JSON.stringify(records))))).toContain(says);
  });

  it('have no value above 1, whatever the file says', async () => {
    const [set] = await openCurves(
      written('c.json', JSON.stringify([{ ...darts, valid_err: [-50, -1e300, 0] }])),
    );
    expect([...set!.curves[0]!.values]).toEqual([1, 1, 1]);
  });
});

describe.skipIf(sharp === undefined)('a file whose name ends with .png', () => {
  it.each(['svg', 'gif', 'tiff', 'webp'] as const)('is not decoded as %s', async (kind) => {
    const image = sharp!(new Uint8Array(16), { raw: { width: 4, height: 4, channels: 1 } });
    const bytes =
      kind === 'svg'
        ? '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>'
        : await image.toFormat(kind).toBuffer();
    const png = await image.png().toBuffer();
    const folder = temporaryFolder({ 'a/1.png': png, 'a/2.png': png, 'b/1.png': png, 'b/2.png': bytes });
    expect(await messageOf(() => openData(`folder:${folder}`))).toContain(
      'b/2.png: not a readable PNG or JPEG image (it begins as neither)',
    );
  });
});
