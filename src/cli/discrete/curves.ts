// `mixop curves`: how well the ends of learning curves are foreseen, and what stopping runs early saves.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { Random } from '../../base/random.ts';
import { completeCurves, type CurveSet, leftOut } from '../../data/curves/curve.ts';
import { openCurves } from '../../data/curves/open.ts';
import { curveNetwork } from '../../predictors/curves/curve-network.ts';
import { curveSvr } from '../../predictors/curves/curve-svr.ts';
import { extrapolationRule, medianRule, replay } from '../../predictors/curves/early-termination.ts';
import type { CurveExtrapolator } from '../../predictors/curves/forecast.ts';
import { scoreExtrapolator, splitCurves } from '../../predictors/curves/measure.ts';
import { defaultFamilies, type FamilyName, familyNames } from '../../predictors/curves/families.ts';
import { parametric, type PosteriorCache } from '../../predictors/curves/parametric.ts';
import { bestSoFar, lastValue } from '../../predictors/curves/simple-rules.ts';
import { share, wholeNumber } from '../options/number-option.ts';
import { openPosteriorCache } from './posterior-cache.ts';

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

type Method = (flags: Flags, cache: PosteriorCache) => CurveExtrapolator;

const methods: Readonly<Record<string, Method>> = {
  last: () => lastValue,
  best: () => bestSoFar,
  svr: ({ trials }) => curveSvr(trials),
  mcmc: ({ steps, families }, cache) => {
    const chosen = families === undefined ? {} : { families: familiesNamed(families) };
    return parametric({ steps, burnIn: Math.floor(steps / 5), ...chosen }, cache);
  },
  network: () => curveNetwork(),
};

/** Names with commas between, or `all`. */
function familiesNamed(text: string): readonly FamilyName[] {
  if (text === 'all') return familyNames;
  return text.split(',').map((name) => {
    const family = familyNames.find((known) => known === name);
    if (family !== undefined) return family;
    throw unknownName('--families', `"${name}" is no family`, name, [...familyNames, 'all']);
  });
}

const notCombined = familyNames.filter((name) => !defaultFamilies.includes(name));

const familiesHelp = `mcmc samples a weighted sum of families of curves, by ensemble MCMC. Of the ${familyNames.length} of Domhan et al. 2015 it fits
those ${defaultFamilies.length} that the authors combine: ${defaultFamilies.join(', ')}.
${notCombined.join(' and ')} join them by --families all.`;

const errorExamples = `
Examples:
  mixop curves error curves.json --methods last,best,svr
  mixop curves error curves.json --cache posteriors.jsonl

Reads curves of NAS-Bench-NLP, RobustDARTS and NATS-Bench (JSON) and of TaskSet (.f32). Each set's map to rising curves
in [0, 1] is printed. A curve ends before its first value that is not finite (null, NaN, Infinity); curves that do not run
to the end are left out, and counted.
svr: nu-SVR on curve and run features; mcmc: seconds a curve; network: Bayesian network, minutes.
"spent" counts the complete curves that a method learns from.

${familiesHelp}`;

const stopExamples = `
Examples:
  mixop curves stop curves.json --methods last,svr --risk 0.001
  mixop curves stop curves.json --orders 20 --json

Plays recorded runs back one by one, in random orders. The first 10 complete; from epoch 10 on, every 5 epochs, a run is
stopped where P(last value > best of the completed runs) is below the risk. "wrong" counts stopped runs whose own last
value beats that best, of all that beat it. The median rule stands beside.

${familiesHelp}`;

export function curvesCommand(): Command {
  const error = withMethods(
    new Command('error').description('error and calibration at 25 and 50 % of the curve'),
  )
    .option('--ask <n>', 'curves to foresee in a set', wholeNumber('--ask', 1), 60)
    .option(
      '--learn <n>',
      'complete curves to learn from (default: 100, of small sets 40)',
      wholeNumber('--learn', 10),
    )
    .addHelpText('after', errorExamples)
    .action(measureErrors);
  const stop = withMethods(
    new Command('stop').description('what early termination saves, and what it gets wrong'),
  )
    .option('--orders <n>', 'random orders of the runs', wholeNumber('--orders', 1), 20)
    .option('--risk <p>', 'P(last value > best) below which a run is stopped', share('--risk'), 0.001)
    .addHelpText('after', stopExamples)
    .action(measureStops);
  return new Command('curves')
    .description('extrapolate learning curves; stop runs early')
    .helpCommand(false)
    .addCommand(error)
    .addCommand(stop);
}

function withMethods(command: Command): Command {
  return command
    .argument('<files...>', 'files of learning curves')
    .option('--methods <names>', `of ${Object.keys(methods).join(', ')}, with commas between`)
    .option('--trials <n>', 'settings that svr tries', wholeNumber('--trials', 1), 50)
    .option('--steps <n>', 'steps of each of the 100 walkers of mcmc', wholeNumber('--steps', 10), 2500)
    .option('--families <names>', 'what mcmc fits: all, or names with commas between (default: see below)')
    .option('--cache <file>', 'keeps the posteriors of mcmc')
    .option('--seed <n>', 'of everything random', wholeNumber('--seed', 0), 1)
    .option('--json', 'print one JSON object a line, for programs');
}

function chosen(flags: Flags, whenNone: readonly string[]): readonly CurveExtrapolator[] {
  const kept: PosteriorCache = flags.cache === undefined ? new Map() : openPosteriorCache(flags.cache);
  let sampled = 0;
  const cache: PosteriorCache = {
    get: (key) => kept.get(key),
    set(key, values) {
      kept.set(key, values);
      if (++sampled % 10 === 0) console.error(`  mcmc: ${sampled} posteriors sampled`);
    },
  };
  return (flags.methods?.split(',') ?? whenNone).map((name) => {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method !== undefined) return method(flags, cache);
    throw unknownName('--methods', `"${name}" is no method`, name, Object.keys(methods));
  });
}

function unknownName(option: string, problem: string, name: string, known: readonly string[]): MixopError {
  const [near] = nearNames(name, known);
  const hint = near === undefined ? '' : `did you mean ${near}? `;
  return new MixopError('usage', option, problem, `${hint}known: ${known.join(', ')}`);
}

async function openSets(files: readonly string[], fewest: number): Promise<readonly CurveSet[]> {
  const sets = (await Promise.all(files.map(openCurves))).flat();
  const few = sets.filter((set) => completeCurves(set).length < fewest);
  if (few.length === sets.length) {
    const problem = `no set has ${fewest} complete curves: ${few.map(countText).join('; ')}`;
    throw new MixopError('data', files.join(', '), problem, 'give files with more curves of one task');
  }
  for (const set of few)
    console.error(`set left out, it has fewer than ${fewest} complete curves: ${countText(set)}`);
  return sets.filter((set) => !few.includes(set));
}

/** `robustdarts-s1: 37 complete curves of 50; 3 of 40 left out: 2 not finite, 1 short`. */
function countText(set: CurveSet): string {
  const { notFinite, short } = leftOut(set);
  const whole = `${set.name}: ${completeCurves(set).length} complete curves of ${set.length}`;
  if (notFinite + short === 0) return whole;
  const why = [
    ...(notFinite > 0 ? [`${notFinite} not finite`] : []),
    ...(short > 0 ? [`${short} short`] : []),
  ];
  return `${whole}; ${notFinite + short} of ${set.curves.length} left out: ${why.join(', ')}`;
}

/** Epochs of curves of which a quarter has two points. */
const shortest = 8;

async function measureErrors(files: readonly string[], flags: ErrorFlags): Promise<void> {
  const extrapolators = chosen(flags, ['last', 'best', 'svr', 'mcmc', 'network']);
  for (const set of await openSets(files, 20)) {
    const curves = completeCurves(set);
    const learn = flags.learn ?? (curves.length >= 200 ? 100 : Math.min(40, curves.length >> 1));
    const random = Random.fromSeed(flags.seed);
    const split = splitCurves(curves, learn, flags.ask, random);
    if (split.ask.length === 0) {
      const problem = `${curves.length} complete curves of ${set.name}, and ${learn} to learn from`;
      throw new MixopError('usage', '--learn', problem, 'leave some to foresee');
    }
    if (set.length < shortest) {
      const problem = `curves of ${set.length} epochs: a quarter of them is too little to go by`;
      throw new MixopError('data', set.name, problem, `give curves of at least ${shortest} epochs`);
    }
    title(set, flags);
    for (const part of [0.25, 0.5]) {
      const seen = Math.floor(set.length * part);
      for (const extrapolator of extrapolators) {
        const score = scoreExtrapolator(extrapolator, split, seen, random.split(extrapolator.name, seen));
        const { rmse, r2, coverage90, spent, asked } = score;
        const ratio = r2 === null ? 'none: all end alike' : r2.toFixed(2).padStart(5);
        const figures = `rmse ${rmse.toFixed(4)}  R2 ${ratio}  in 90 %: ${coverage90.toFixed(2)}`;
        const line = `  ${String(part * 100)} %  ${extrapolator.name.padEnd(16)}  ${figures}  spent ${spent}, asked ${asked}`;
        print({ set: set.name, leftOut: leftOut(set), ...score }, line, flags);
      }
    }
  }
}

async function measureStops(files: readonly string[], flags: StopFlags): Promise<void> {
  const extrapolators = chosen(flags, ['last', 'svr']);
  const rules = [
    medianRule,
    ...extrapolators.map((extrapolator) => extrapolationRule(extrapolator, flags.risk)),
  ];
  for (const set of await openSets(files, 20)) {
    const curves = completeCurves(set);
    title(set, flags);
    for (const rule of rules) {
      const sum = { epochs: 0, saved: 0, wouldBeBest: 0, wrong: 0, regret: 0 };
      for (let order = 0; order < flags.orders; order++) {
        const random = Random.fromSeed(flags.seed).split('order', order);
        const played = replay(curves, random.split('runs').permutation(curves.length), rule, random);
        for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += played[key];
      }
      const saved = sum.saved / sum.epochs;
      const regret = sum.regret / flags.orders;
      const mistakes = `wrong ${sum.wrong} of ${sum.wouldBeBest}`;
      const line = `  ${rule.name.padEnd(18)}  saved ${(100 * saved).toFixed(1)} %  ${mistakes}  regret ${regret.toFixed(5)}`;
      print({ set: set.name, leftOut: leftOut(set), rule: rule.name, ...sum, saved, regret }, line, flags);
    }
  }
}

function title(set: CurveSet, { json }: Flags): void {
  if (json !== true) console.log(`${countText(set)}; value = ${set.map}`);
}

function print(record: object, line: string, { json }: Flags): void {
  console.log(json === true ? JSON.stringify(record) : line);
}
