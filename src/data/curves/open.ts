// From a file of learning curves to sets of them; the format is told by content.

import { basename } from 'node:path';
import type * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import { parseJson } from '../../base/parse-json.ts';
import { readBytes } from '../files.ts';
import type { CurveSet } from './curve.ts';
import { nasbenchNlpCurves, nasbenchNlpSchema } from './nasbench-nlp.ts';
import { natsCurves, natsSchema } from './nats.ts';
import { robustDartsCurves, robustDartsSchema } from './robustdarts.ts';
import { taskSetCurves } from './taskset.ts';

/** A JSON format, told by a key that its first record has and the others lack. */
interface Format {
  readonly key: string;
  read(value: unknown, place: string): readonly CurveSet[];
}

function format<T>(key: string, schema: z.ZodType<T>, curvesOf: (records: T) => readonly CurveSet[]): Format {
  return {
    key,
    read(value, place) {
      const { success, data, error } = schema.safeParse(value);
      if (success) return curvesOf(data);
      const { path, message } = error.issues[0]!;
      const where = path.length === 0 ? place : `${place}, ${path.join('.')}`;
      const found = path.reduce<unknown>((at, name) => (at as Record<PropertyKey, unknown>)[name], value);
      if (found !== null) throw new MixopError('data', where, message, 'get the file again');
      const remedy = 'leave this curve out, or get the file again';
      throw new MixopError('data', where, 'is not a finite number', remedy);
    },
  };
}

const formats: readonly Format[] = [
  format('recepie', nasbenchNlpSchema, nasbenchNlpCurves),
  format('valid_err', robustDartsSchema, robustDartsCurves),
  format('eval_acc', natsSchema, natsCurves),
];

/** Python writes NaN and Infinity, which JSON has not: null, as other programs write for them. */
function withNull(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
    found.startsWith('"') ? found : 'null',
  );
}

/** Every set of a file has at least one curve. */
export async function openCurves(path: string): Promise<readonly CurveSet[]> {
  const bytes = await readBytes(path);
  if (path.endsWith('.f32')) return taskSetCurves(bytes, path, basename(path).split('.')[0]!);
  const value = parseJson(withNull(new TextDecoder().decode(bytes)), path);
  const first = Array.isArray(value) ? (value[0] as unknown) : undefined;
  const known = formats.find(({ key }) => typeof first === 'object' && first !== null && key in first);
  if (known === undefined) {
    const remedy = 'give curves of NAS-Bench-NLP, RobustDARTS or NATS-Bench (JSON), or of TaskSet (.f32)';
    throw new MixopError('data', path, 'holds no learning curves that are known', remedy);
  }
  const sets = known.read(value, path);
  for (const set of sets) checkSet(set, path);
  return sets;
}

/** The schemas let numbers through that a map turns into none: the logarithm of 0 parameters. */
function checkSet({ name, length, featureNames, curves }: CurveSet, path: string): void {
  if (length === 0) throw new MixopError('data', `${path}, ${name}`, 'has no values', 'get the file again');
  for (const curve of curves) {
    const bad = curve.features.findIndex((feature) => !Number.isFinite(feature));
    if (bad < 0) continue;
    const problem = `its ${featureNames[bad]} is ${curve.features[bad]}`;
    throw new MixopError('data', `${path}, ${name}, ${curve.name}`, problem, 'leave this curve out');
  }
}
