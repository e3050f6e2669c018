// Metrics as CSV and as TensorBoard events, read back by an independent reading of the formats.
import { describe, expect, it } from 'vitest';
import type { ReportedRun } from '../../src/report/collect.ts';
import { metricsCsv } from '../../src/report/csv.ts';
import { crc32c, eventsOf } from '../../src/report/tensorboard.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';

const run = (name: string, epochs: ReportedRun['epochs']): ReportedRun => ({
  name,
  path: name,
  task: 'search',
  finished: true,
  config: {},
  segments: [],
  epochs,
  space: dartsCnn,
  alphas: [],
});

const searched = run('a, "b"', [
  { epoch: 1, step: 10, kind: 'epoch', trainLoss: 0.5, seconds: 2, entropy: { normal: 2, reduce: 1.5 } },
  {
    epoch: 2,
    step: 20,
    kind: 'epoch',
    trainLoss: 0.25,
    seconds: 3,
    entropy: { normal: 1, reduce: 1 },
    skips: [{ kind: 'normal', skips: 1, edges: 8 }],
  },
]);
const trained = run('c', [{ epoch: 1, step: 5, kind: 'epoch', trainLoss: 4, bestAccuracy: 0.75 }]);

describe('CSV', () => {
  it('has a row an epoch of every run and a column a metric of any', () => {
    const head =
      'run,epoch,step,bestAccuracy,entropy/normal,entropy/reduce,seconds,skips/normal/edges,skips/normal/skips,trainLoss';
    expect(metricsCsv([searched, trained]).split('\r\n')).toEqual([
      head,
      '"a, ""b""",1,10,,2,1.5,2,,,0.5',
      '"a, ""b""",2,20,,1,1,3,8,1,0.25',
      'c,1,5,0.75,,,,,,4',
      '',
    ]);
  });
});

/** Fields of a protobuf message: [number, value]. */
function fields(bytes: Uint8Array): [number, number | Uint8Array][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: [number, number | Uint8Array][] = [];
  let at = 0;
  const varint = (): number => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
      shift *= 128;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [number, type] = [key >> 3, key & 7];
    if (type === 0) found.push([number, varint()]);
    if (type === 1) found.push([number, view.getFloat64((at += 8) - 8, true)]);
    if (type === 5) found.push([number, view.getFloat32((at += 4) - 4, true)]);
    if (type === 2) {
      const length = varint();
      found.push([number, bytes.slice(at, (at += length))]);
    }
  }
  return found;
}

/** The bytes of every record, and whether all checksums hold. */
function records(file: Uint8Array): { readonly data: Uint8Array[]; readonly intact: boolean } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const data: Uint8Array[] = [];
  let intact = true;
  const check = (from: number, to: number): void => {
    const crc = crc32c(file.subarray(from, to));
    intact &&= view.getUint32(to, true) === (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  };
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    check(at, at + 8);
    check(at + 12, at + 12 + length);
    data.push(file.slice(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return { data, intact };
}

describe('TensorBoard events', () => {
  it('use the published CRC-32C', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  it('begin with the version and hold every metric of every epoch', () => {
    const { data, intact } = records(eventsOf(searched));
    expect(intact).toBe(true);
    const [first, ...events] = data.map(fields);
    expect(first).toEqual([
      [1, 0],
      [3, new TextEncoder().encode('brain.Event:2')],
    ]);
    const read = events.map((event) => {
      const part = new Map(event);
      const scalars = fields(part.get(5) as Uint8Array).map(([, value]) => {
        const [[, tag], [, simple]] = fields(value as Uint8Array) as [[number, Uint8Array], [number, number]];
        return [new TextDecoder().decode(tag), simple] as const;
      });
      return { time: part.get(1), step: part.get(2), scalars: Object.fromEntries(scalars) };
    });
    expect(read).toEqual([
      {
        time: 2,
        step: 1,
        scalars: { trainLoss: 0.5, seconds: 2, 'entropy/normal': 2, 'entropy/reduce': 1.5 },
      },
      {
        time: 5,
        step: 2,
        scalars: {
          trainLoss: 0.25,
          seconds: 3,
          'entropy/normal': 1,
          'entropy/reduce': 1,
          'skips/normal/skips': 1,
          'skips/normal/edges': 8,
        },
      },
    ]);
  });

  it('of a longer run begin with those of a shorter one', () => {
    const short = eventsOf({ ...searched, epochs: searched.epochs.slice(0, 1) });
    expect(eventsOf(searched).subarray(0, short.length)).toEqual(short);
  });
});
