// Evaluating one architecture on shared weights against the relaxed forward pass, on this machine, in one run: uniformly
// drawn genotypes, each taking turns with the relaxed network. Prints the ratio of the times.
//   npx tsx bench/restricted-forward.ts [--channels C] [--cells L] [--image S] [--batch B] [--genotypes N] [--threads T]

import { Random } from '../src/base/random.ts';
import { count } from '../src/kernels/tensor.ts';
import { createExecutor } from '../src/engine/executors.ts';
import { resolveConfig } from '../src/search/resolve.ts';
import { buildSearchPlan } from '../src/search/images/plan.ts';
import { genotypeOf, decisionSpaceOf } from '../src/engine/decision-space.ts';
import { buildPathPlan, restrictedTo } from '../src/weight-sharing/path-plan.ts';
import { initialiseParameters } from '../src/engine/session.ts';
import { dartsCnn } from '../src/supernet/spaces/darts-cnn.ts';
import { checkWhole, optionsOf } from './arguments.ts';

const values = optionsOf({
  channels: { type: 'string', default: '16' },
  cells: { type: 'string', default: '8' },
  image: { type: 'string', default: '32' },
  batch: { type: 'string', default: '16' },
  genotypes: { type: 'string', default: '20' },
  threads: { type: 'string', default: '1' },
});
checkWhole(values);
const [channels, cells, side, batch, genotypes, threads] = [
  values.channels,
  values.cells,
  values.image,
  values.batch,
  values.genotypes,
  values.threads,
].map(Number) as [number, number, number, number, number, number];

const config = resolveConfig({ channels, cells, batch });
const image = { height: side, width: side, channels: 3 };
const searchPlan = buildSearchPlan({ space: dartsCnn, config, image, classes: 10, evaluated: batch });
const network = { space: dartsCnn, size: { channels, cells }, classes: 10 };
const description = { network, image, config, evaluated: batch };
const path = (form: Parameters<typeof buildPathPlan>[2]['cells']): ReturnType<typeof buildPathPlan> =>
  buildPathPlan(searchPlan.builder, description, { cells: form, evaluate: [batch], train: false });

const relaxed = path({ kind: 'relaxed' });
const executor = await createExecutor(relaxed.plan, { executor: 'wasm', threads, growable: true });
const random = Random.fromSeed(0);
initialiseParameters(executor, searchPlan.problem.parameters.list(), random.split('weights'));
const { images } = relaxed.evaluations.get(batch)!.batch;
executor.write(
  images,
  Float32Array.from({ length: count(images.shape) }, () => random.normal()),
);

/** Milliseconds of the fastest of three runs. */
async function timeOf(plan: ReturnType<typeof buildPathPlan>): Promise<number> {
  await executor.reprogram(plan.plan);
  let best = Infinity;
  for (let run = 0; run < 3; run++) {
    const before = performance.now();
    await executor.run(`evaluate${batch}`);
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

const space = decisionSpaceOf(dartsCnn);
const pairs: { whole: number; one: number; setUp: number }[] = [];
for (let i = 0; i < genotypes; i++) {
  const genotype = genotypeOf(dartsCnn, space, space.sample(random.split('genotype', i)));
  const whole = await timeOf(relaxed);
  const before = performance.now();
  const restricted = path(restrictedTo(genotype));
  await executor.reprogram(restricted.plan);
  const setUp = performance.now() - before;
  pairs.push({ whole, one: await timeOf(restricted), setUp });
}
await executor.close();
const mean = (of: (pair: (typeof pairs)[number]) => number): number =>
  pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
const ratios = pairs.map(({ whole, one }) => whole / one).sort((a, b) => a - b);
console.log(
  `C=${channels}, ${cells} cells, ${side}x${side}, batch ${batch}, ${threads} threads, ${genotypes} genotypes`,
);
console.log(
  `relaxed ${mean(({ whole }) => whole).toFixed(1)} ms, restricted ${mean(({ one }) => one).toFixed(1)} ms`,
);
console.log(
  `ratio of the means ${(mean(({ whole }) => whole) / mean(({ one }) => one)).toFixed(2)}; ` +
    `by genotype ${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)}; ` +
    `plan and programs of one ${mean(({ setUp }) => setUp).toFixed(1)} ms`,
);
