// The same training with several seeds, one run each, and what they amount to.

import { join } from 'node:path';
import { writeAtomic } from '../runs/files.ts';
import { folderContent, refuseContent } from '../runs/folder-content.ts';
import { canonicalJson, type Json } from '../runs/json.ts';
import { type SeedSummary, summariseSeeds } from '../retrain/seed-summary.ts';
import { MixopError } from '../base/errors.ts';
import type { PartialCurve } from '../predictors/curves/forecast.ts';
import { type StoppingSummary, summariseStopping } from '../predictors/curves/stopping.ts';
import { curveOfHistory } from './stop-early.ts';
import { retrain, type RetrainOptions, type RetrainResult } from './retrain.ts';

export interface SeedsOptions extends RetrainOptions {
  /** How many: the configuration's seed and those after it. */
  readonly seeds: number;
}

export interface SeedsResult {
  /** False where a stop was requested before the end of the last run. */
  readonly finished: boolean;
  readonly runs: readonly RetrainResult[];
  /**
   * Accuracy on the held-out images after the last epoch, of the runs that were trained to it; of all where early
   * termination left none.
   */
  readonly last: SeedSummary;
  /** Of the best epoch, which the held-out images themselves choose: higher than new images will give. */
  readonly best: SeedSummary;
  /** Of runs that ended, where `stopEarly` is set. */
  readonly stopping?: StoppingSummary;
}

/** One seed runs in `out` itself, several in folders `seed-N` in it, with their summary in `summary.json`. */
export async function retrainSeeds(options: SeedsOptions): Promise<SeedsResult> {
  const { out, seeds, resume } = options;
  const first = options.config?.seed ?? 0;
  const several = seeds > 1;
  if (several && out !== undefined) await checkParent(out, resume === true);
  const folderOf = (seed: number): string | undefined =>
    several && out !== undefined ? join(out, `seed-${seed}`) : out;
  const runs: RetrainResult[] = [];
  const ended: PartialCurve[] = [];
  for (let seed = first; seed < first + seeds; seed++) {
    const folder = folderOf(seed);
    const model = folderOf(first);
    const like = several && resume === true && model !== undefined && (await folderContent(model)) === 'run';
    const result = await retrain({
      ...options,
      config: { ...options.config, ...(several && { seed }) },
      ...(folder !== undefined && { out: folder }),
      ...(like && { like: model }),
      ended,
    });
    runs.push(result);
    if (!result.finished) break;
    if (result.config.stopEarly && result.stop === undefined) ended.push(curveOfHistory(result.history));
  }
  const begun = runs.filter(({ bestWeights }) => bestWeights !== undefined);
  const whole = begun.filter(({ stop }) => stop === undefined);
  const done = (whole.length > 0 ? whole : begun).map(({ history }) =>
    history.findLast(({ validAccuracy }) => validAccuracy !== undefined)!,
  );
  const finished = runs.length === seeds && runs.every((run) => run.finished);
  const last = summariseSeeds(done.map(({ validAccuracy }) => validAccuracy!));
  const best = summariseSeeds(done.map(({ bestAccuracy }) => bestAccuracy!));
  const stopping =
    runs[0]!.config.stopEarly &&
    summariseStopping(
      runs.filter((run) => run.finished).map(({ history, stop }) => ({ epochs: history.length, stop })),
    );
  if (finished && several && out !== undefined) {
    const text = canonicalJson(
      {
        seeds: runs.map(({ config }) => config.seed),
        last,
        best,
        ...(stopping && { stopping }),
      } as unknown as Json,
      2,
    );
    await writeAtomic(join(out, 'summary.json'), `${text}\n`);
  }
  return { finished, runs, last, best, ...(stopping && { stopping }) };
}

async function checkParent(out: string, resume: boolean): Promise<void> {
  const content = await folderContent(out);
  if (!resume) refuseContent(out, content);
  else if (content === 'run')
    throw new MixopError('run', out, 'holds the run of one seed', 'resume it without --seeds');
}
