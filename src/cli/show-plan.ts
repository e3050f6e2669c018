// `mixop search --dry-run`: the whole configuration, as a file for --config, and what it amounts to.

import { stringify } from 'yaml';
import type { Plan } from '../kernels/plan.ts';
import { allocate } from '../search/executors.ts';
import { prepareSearch, type SearchOptions } from '../search/search.ts';
import { count, whole } from './progress-text.ts';

/** Throws what the search itself would where the executor cannot be had, or its memory. */
async function tryAllocation(options: SearchOptions, plan: Plan): Promise<void> {
  const tried = await allocate('search', plan, options);
  await tried.close();
}

export async function showPlan(options: SearchOptions, { json }: { readonly json: boolean }): Promise<void> {
  const { config, data, parameters, stepsPerEpoch, searchPlan } = await prepareSearch(options);
  await tryAllocation(options, searchPlan.plan);
  const { dataset, train, validation } = data;
  const { height, width, channels, classes } = dataset;
  const images = { height, width, channels, classes, train: train.length, validation: validation.length };
  const { out, executor } = options;
  if (json) {
    console.log(JSON.stringify({ kind: 'plan', config, images, stepsPerEpoch, parameters, out, executor }));
    return;
  }
  const facts = [
    `${whole(train.length)} training and ${whole(validation.length)} validation images of ${dataset.name}: ` +
      `${height}x${width}x${channels}, ${classes} classes`,
    `${whole(parameters)} parameters`,
    `${count(config.epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}: ${whole(config.epochs * stepsPerEpoch)} in all`,
    `run folder ${out}, executor ${executor}; nothing was written`,
  ];
  console.log(stringify(config, { flowCollectionPadding: true }).trimEnd());
  console.log(facts.map((fact) => `# ${fact}`).join('\n'));
}
