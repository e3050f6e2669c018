// `mixop curves`: how well the last values of learning curves are predicted, and what stopping runs early saves.

import { Command } from 'commander';
import { curveMethodNames, curveMethods } from '../../discrete-search/predictors/curve-methods.ts';
import {
  countText,
  type CurveError,
  curveErrors,
  type CurveEvent,
  curveStops,
} from '../../discrete-search/predictors/measure-curves.ts';
import { defaultFamilies, familyNames } from '../../predictors/curves/families.ts';
import type { CurveExtrapolator } from '../../predictors/curves/forecast.ts';
import { share, wholeNumber } from '../options/number-option.ts';

interface Flags {
  readonly methods?: string;
  readonly families?: string;
  readonly cache?: string;
  readonly trials: number;
  readonly steps: number;
  readonly seed: number;
  readonly json?: boolean;
}

interface ErrorFlags extends Flags {
  readonly ask: number;
  readonly learn?: number;
}

interface StopFlags extends Flags {
  readonly orders: number;
  readonly risk: number;
}

const notCombined = familyNames.filter((name) => !defaultFamilies.includes(name));

const familiesHelp = `mcmc samples a weighted sum of families of curves, by ensemble MCMC. Of the ${familyNames.length} families of Domhan et al. 2015 it fits
the ${defaultFamilies.length} that the authors combine: ${defaultFamilies.join(', ')}.
--families all adds ${notCombined.join(' and ')}.`;

const errorExamples = `
Examples:
  mixop curves error curves.json --methods last,best,svr
  mixop curves error curves.json --cache posteriors.jsonl

Reads curves of NAS-Bench-NLP, RobustDARTS and NATS-Bench (JSON) and of TaskSet (.f32). Values are mapped to [0, 1], higher
is better; the map is printed for each set. A curve is cut before its first value that is not finite (null, NaN,
Infinity). Incomplete curves are left out and counted.
svr: nu-SVR on features of curve and run. mcmc: takes seconds per curve. network: a Bayesian network, takes minutes.
"spent" is the number of complete curves that a method learns from.

${familiesHelp}`;

const stopExamples = `
Examples:
  mixop curves stop curves.json --methods last,svr --risk 0.001
  mixop curves stop curves.json --orders 20 --json

Replays recorded runs one by one, in random orders. The first 10 run to the end. Each later run is checked every 5 epochs
from epoch 10 on, and stopped where P(last value > best of the completed runs) is below the risk. "wrong" counts the
stopped runs whose own last value beats that best, out of all runs that beat it. The median rule is always included.

${familiesHelp}`;

export function curvesCommand(): Command {
  const error = withMethods(
    new Command('error').description('error and calibration of predictions from 25 and 50 % of the curve'),
  )
    .option('--ask <n>', 'curves to predict in each set', wholeNumber('--ask', 1), 60)
    .option(
      '--learn <n>',
      'complete curves to learn from (default: 100, of small sets 40)',
      wholeNumber('--learn', 10),
    )
    .addHelpText('after', errorExamples)
    .action(measureErrors);
  const stop = withMethods(
    new Command('stop').description('what stopping early saves, and what it gets wrong'),
  )
    .option('--orders <n>', 'number of random orders of the runs', wholeNumber('--orders', 1), 20)
    .option('--risk <p>', 'P(last value > best) below which a run is stopped', share('--risk'), 0.001)
    .addHelpText('after', stopExamples)
    .action(measureStops);
  return new Command('curves')
    .description('measure predictions of learning curves, and stopping runs early')
    .helpCommand(false)
    .addCommand(error)
    .addCommand(stop);
}

function withMethods(command: Command): Command {
  return command
    .argument('<files...>', 'files of learning curves')
    .option('--methods <names>', `methods, separated by commas: ${curveMethodNames.join(', ')}`)
    .option('--trials <n>', 'number of settings that svr tries', wholeNumber('--trials', 1), 50)
    .option('--steps <n>', 'steps of each of the 100 walkers of mcmc', wholeNumber('--steps', 10), 2500)
    .option(
      '--families <names>',
      'families that mcmc fits: all, or names separated by commas (default: see below)',
    )
    .option('--cache <file>', 'file that keeps the posteriors of mcmc')
    .option('--seed <n>', 'random seed', wholeNumber('--seed', 0), 1)
    .option('--json', 'print one JSON object per line, for programs');
}

function chosen(flags: Flags, whenNone: readonly string[]): readonly CurveExtrapolator[] {
  const { methods, trials, steps, families, cache } = flags;
  return curveMethods(methods?.split(',') ?? whenNone, {
    trials,
    steps,
    ...(families !== undefined && { families: families.split(',') }),
    ...(cache !== undefined && { cache }),
    onSampled(posteriors) {
      if (posteriors % 10 === 0) console.error(`  mcmc: ${posteriors} posteriors sampled`);
    },
  });
}

async function measureErrors(files: readonly string[], flags: ErrorFlags): Promise<void> {
  const extrapolators = chosen(flags, ['last', 'best', 'svr', 'mcmc', 'network']);
  await print(curveErrors(files, extrapolators, flags), flags, errorText);
}

async function measureStops(files: readonly string[], flags: StopFlags): Promise<void> {
  const extrapolators = chosen(flags, ['last', 'svr']);
  await print(
    curveStops(files, extrapolators, flags),
    flags,
    ({ rule, saved, wrong, wouldBeBest, regret }) => {
      const mistakes = `wrong ${wrong} of ${wouldBeBest}`;
      return `  ${rule.padEnd(18)}  saved ${(100 * saved).toFixed(1)} %  ${mistakes}  regret ${regret.toFixed(5)}`;
    },
  );
}

function errorText({ share: seen, extrapolator, rmse, r2, coverage90, spent, asked }: CurveError): string {
  const ratio = r2 === null ? 'none: all end alike' : r2.toFixed(2).padStart(5);
  const figures = `rmse ${rmse.toFixed(4)}  R2 ${ratio}  in 90 %: ${coverage90.toFixed(2)}`;
  return `  ${seen * 100} %  ${extrapolator.padEnd(16)}  ${figures}  spent ${spent}, asked ${asked}`;
}

/** A line for each set and each of its measures; with --json one object for each measure. */
async function print<T extends object>(
  events: AsyncIterable<CurveEvent<T>>,
  { json = false }: Flags,
  textOf: (measure: T) => string,
): Promise<void> {
  for await (const event of events) {
    if (event.kind === 'too few')
      console.error(
        `set left out, it has fewer than ${event.needed} complete curves: ${countText(event.set)}`,
      );
    else if (event.kind === 'measured')
      console.log(json ? JSON.stringify(event.measure) : textOf(event.measure));
    else if (!json) console.log(`${countText(event.set)}; value = ${event.set.map}`);
  }
}
