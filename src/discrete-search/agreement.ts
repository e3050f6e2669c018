// Whether cheap scores order architectures as short trainings do: the same random architectures, scored by each.

import { join } from 'node:path';
import { kendallTau } from '../predictors/agreement.ts';
import type { BaselineConfigInput } from './config.ts';
import type { LedgerLine } from './ledger.ts';
import { baseline, type BaselineOptions, type BaselineProgress, prepareBaseline } from './run.ts';

/** What scores architectures. */
export type ScoredBy = Pick<BaselineConfigInput, 'weights' | 'images' | 'train' | 'table' | 'guide'>;

export interface AgreementOptions extends Omit<BaselineOptions, 'config' | 'onProgress'> {
  /** What the others are held against, and these by name. */
  readonly reference: ScoredBy;
  readonly others: Readonly<Record<string, ScoredBy>>;
  readonly architectures: number;
  readonly config: Pick<BaselineConfigInput, 'space' | 'seed' | 'batch'>;
  readonly onProgress?: (progress: BaselineProgress, scoredBy: string) => void;
}

export interface Agreement {
  readonly name: string;
  /** Kendall's tau-b with the reference; NaN where all scores of a side are equal. */
  readonly tau: number;
  /** Of an architecture, in the mean. */
  readonly seconds: number;
  readonly scores: readonly number[];
}

export interface Agreements {
  readonly finished: boolean;
  readonly reference: Omit<Agreement, 'tau'>;
  readonly others: readonly Agreement[];
  /** By decisions; scores are in this order. */
  readonly architectures: readonly (readonly number[])[];
}

export const referenceName = 'reference';

/** Each one's ledger is a run in its folder of `out`, so that it can be stopped and gone on with. */
export async function agreement(options: AgreementOptions): Promise<Agreements> {
  const { reference, others, architectures, config, out, onProgress, ...rest } = options;
  const all = Object.entries({ [referenceName]: reference, ...others });
  const runs = all.map(([name, scoredBy]): BaselineOptions => ({
    ...rest,
    // Random search draws by the seed alone: the same architectures, whatever their scores.
    config: { ...config, ...scoredBy, strategy: 'random', budget: { evaluations: architectures } },
    ...(out !== undefined && { out: join(out, name) }),
    onProgress: (progress) => onProgress?.(progress, name),
  }));
  for (const run of runs) await (await prepareBaseline(run)).close();
  const found: { readonly name: string; readonly lines: readonly LedgerLine[] }[] = [];
  let finished = true;
  for (const [i, [name]] of all.entries()) {
    const result = await baseline(runs[i]!);
    found.push({ name, lines: result.lines });
    ({ finished } = result);
    if (!finished) break;
  }
  const [first, ...scored] = found.map(({ name, lines }) => ({
    name,
    scores: lines.map(({ score }) => score),
    seconds: lines.reduce((sum, { seconds }) => sum + seconds, 0) / lines.length,
  }));
  return {
    finished,
    reference: first!,
    others: finished ? scored.map((one) => ({ ...one, tau: tauOf(first!.scores, one.scores) })) : [],
    architectures: found[0]!.lines.map(({ architecture }) => architecture),
  };
}

function tauOf(a: readonly number[], b: readonly number[]): number {
  return kendallTau(Float64Array.from(a), Float64Array.from(b));
}

/** What |tau| stays below in 95 of 100 cases if orders have nothing to do with each other (Kendall 1938, normal). */
export function chanceTau(architectures: number): number {
  const n = architectures;
  return 1.96 * Math.sqrt((2 * (2 * n + 5)) / (9 * n * (n - 1)));
}
