// How long predictors take on NAS-Bench-201's space: a fit on 500 architectures, means and deviations of 1,000 others,
// and an ask of Bayesian optimisation that knows 500 scores and weighs 1,000 candidates. Prints medians.
//   npx tsx bench/predictors.ts [--predictors NAMES] [--known N] [--candidates N] [--seconds S]

import { Random } from '../src/base/random.ts';
import { bayesianOptimisation } from '../src/discrete-baselines/strategies/bayesian-optimisation.ts';
import { type Patience, sample } from '../src/measure/sampler.ts';
import { predictorNamed, predictorNames } from '../src/discrete-search/predictors/predictors.ts';
import { decisionSpaceOf } from '../src/engine/decision-space.ts';
import { nasbench201 } from '../src/supernet/spaces/nasbench201.ts';
import { checkWhole, optionsOf, stop } from './arguments.ts';

const values = optionsOf({
  predictors: { type: 'string', default: 'gp,forest' },
  known: { type: 'string', default: '500' },
  candidates: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '5' },
});
const unknown = values.predictors.split(',').find((name) => !predictorNames.includes(name));
if (unknown !== undefined) stop(`--predictors ${unknown}: known are ${predictorNames.join(', ')}`);
checkWhole({ known: values.known, candidates: values.candidates, seconds: values.seconds });
const [known, candidates] = [Number(values.known), Number(values.candidates)];
const patience: Patience = { sample: 0, total: 1000 * Number(values.seconds) };
const space = decisionSpaceOf(nasbench201);
const random = Random.fromSeed(1);
const architectures = random.split('architectures');
const drawn = Array.from({ length: known + candidates }, () => space.sample(architectures));
const [learnt, asked] = [drawn.slice(0, known), drawn.slice(known)];
// Two of the edges decide, with noise: as rough as a table, without needing one.
const targets = Float64Array.from(learnt, (one) => one[3]! + one[5]! + random.normal());

console.log(`${known} to learn from, ${candidates} asked; medians in ms, Node ${process.version}`);
for (const name of values.predictors.split(',')) {
  const predictor = predictorNamed(name, space);
  const fitted = predictor.fit(learnt, targets, random);
  const searcher = bayesianOptimisation(space, predictor, {
    acquisition: 'ei',
    initial: 10,
    candidates,
    best: 5,
  });
  const state = {
    asked: learnt.map((one) => space.key(one)),
    scored: learnt.map((architecture, i) => ({ architecture, score: targets[i]! })),
  };
  const cases: readonly (readonly [string, () => unknown])[] = [
    ['fit', () => predictor.fit(learnt, targets, random)],
    ['predict', () => fitted.predict(asked)],
    ['ask', () => searcher.ask(state, 1, random)],
  ];
  const times: string[] = [];
  for (const [what, call] of cases) {
    const milliseconds = await sample(`${name} ${what}`, async () => void call(), patience);
    times.push(`${what} ${milliseconds.toFixed(1).padStart(8)}`);
  }
  console.log(`${name.padEnd(12)} ${times.join('   ')}`);
}
