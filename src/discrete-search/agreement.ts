// Whether cheap scores rank architectures as short trainings do: the same random architectures, scored by each.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { mean } from '../base/statistics.ts';
import { kendallTau } from '../predictors/agreement.ts';
import { refuseRunFolder, writeGroupFiles } from '../runs/group-folder.ts';
import type { BaselineConfigInput } from './config.ts';
import type { BaselineOptions, BaselineProgress, BaselineResult } from './options.ts';
import { prepareBaseline } from './prepare.ts';
import { agreementFile } from './results/file-names.ts';
import { baseline } from './run.ts';

/** What scores architectures. */
type ScoredBy = Pick<BaselineConfigInput, 'weights' | 'images' | 'train' | 'table' | 'guide'>;

export interface AgreementOptions extends Omit<BaselineOptions, 'config' | 'onProgress'> {
  /** What the others are compared with, and these by name. */
  readonly reference: ScoredBy;
  readonly others: Readonly<Record<string, ScoredBy>>;
  readonly architectures: number;
  readonly config: Pick<BaselineConfigInput, 'space' | 'seed' | 'batch'>;
  readonly onProgress?: (progress: BaselineProgress, scoredBy: string) => void;
}

interface Scored {
  readonly name: string;
  /** Mean of an architecture. */
  readonly seconds: number;
  readonly scores: readonly number[];
}

interface Agreement extends Scored {
  /** Kendall's tau-b with the reference; NaN where all scores of one side are equal. */
  readonly tau: number;
}

export interface Agreements {
  readonly finished: boolean;
  readonly reference: Scored;
  /** Empty where it was stopped. */
  readonly others: readonly Agreement[];
  /** By decisions; scores are in this order. */
  readonly architectures: readonly (readonly number[])[];
}

export const referenceName = 'reference';

/** `out`, where given, receives the run of each in a folder of that name, and the result; it can be stopped and resumed. */
export async function agreement(options: AgreementOptions): Promise<Agreements> {
  const { reference, others, out } = options;
  if (Object.hasOwn(others, referenceName)) {
    const problem = 'is taken by what the others are compared with';
    throw new MixopError('config', `others.${referenceName}`, problem, 'rename it');
  }
  if (out !== undefined) await refuseRunFolder(out);
  const all = Object.entries({ [referenceName]: reference, ...others });
  const runs = all.map(([name, scoredBy]) => runOf(name, scoredBy, options));
  for (const run of runs) await (await prepareBaseline(run)).close();
  const results: BaselineResult[] = [];
  for (const run of runs) {
    results.push(await baseline(run));
    if (!results.at(-1)!.finished) break;
  }
  const finished = results.every((one) => one.finished);
  const [first, ...scored] = results.map((one, i) => scoredOf(all[i]![0], one));
  const result = {
    finished,
    reference: first!,
    others: finished ? scored.map((one) => ({ ...one, tau: tauOf(first!.scores, one.scores) })) : [],
    architectures: results[0]!.lines.map(({ architecture }) => architecture),
  };
  if (out !== undefined && finished)
    await writeGroupFiles(out, { [agreementFile]: `${JSON.stringify(result, undefined, 2)}\n` });
  return result;
}

function runOf(name: string, scoredBy: ScoredBy, options: AgreementOptions): BaselineOptions {
  const { reference: _, others: __, architectures, config, out, onProgress, ...rest } = options;
  return {
    ...rest,
    // Random search draws by the seed alone: the same architectures, whatever their scores.
    config: { ...config, ...scoredBy, strategy: 'random', budget: { evaluations: architectures } },
    ...(out !== undefined && { out: join(out, name) }),
    onProgress: (progress) => onProgress?.(progress, name),
  };
}

function scoredOf(name: string, { lines }: BaselineResult): Scored {
  return {
    name,
    scores: lines.map(({ score }) => score),
    seconds: mean(lines.map(({ seconds }) => seconds)),
  };
}

function tauOf(a: readonly number[], b: readonly number[]): number {
  return kendallTau(Float64Array.from(a), Float64Array.from(b));
}

/** |tau| stays below it in 95 of 100 cases if two orders are independent (Kendall 1938, normal approximation). */
export function chanceTau(architectures: number): number {
  const n = architectures;
  return 1.96 * Math.sqrt((2 * (2 * n + 5)) / (9 * n * (n - 1)));
}
