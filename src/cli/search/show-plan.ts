// `mixop search --dry-run`: the whole configuration, as a file for --config, and what it amounts to.

import { stringify } from 'yaml';
import { allocate } from '../../engine/executors.ts';
import type { PreparedSearch } from '../../search/images/plan.ts';
import { prepareSearch, type SearchOptions } from '../../search/search.ts';
import type { PreparedTextSearch } from '../../search/text/plan.ts';
import { count, whole } from '../terminal/progress-text.ts';

/** Throws what the search itself would, also where the executor or its memory is unavailable. */
export async function showPlan(options: SearchOptions, { json }: { readonly json: boolean }): Promise<void> {
  const prepared = await prepareSearch(options);
  const { plan } = prepared.kind === 'text' ? prepared.textPlan : prepared.searchPlan;
  await (await allocate('search', plan, options)).close();
  const { out, executor } = options;
  const { config, stepsPerEpoch, parameters } = prepared;
  if (json) {
    const facts = factsOf(prepared);
    console.log(JSON.stringify({ kind: 'plan', config, ...facts, stepsPerEpoch, parameters, out, executor }));
    return;
  }
  const lines = [
    dataText(prepared),
    `${whole(parameters)} parameters`,
    `${count(config.epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}: ${whole(config.epochs * stepsPerEpoch)} in all`,
    `run folder ${out}, executor ${executor}; nothing was written`,
  ];
  console.log(stringify(config, { flowCollectionPadding: true }).trimEnd());
  console.log(lines.map((line) => `# ${line}`).join('\n'));
}

function dataText(prepared: PreparedSearch | PreparedTextSearch): string {
  if (prepared.kind === 'text') {
    const { kind, vocabulary, name, train, validation } = prepared.text;
    const sizes = `${whole(train.length)} training and ${whole(validation.length)} validation ${kind}`;
    return `${sizes} of ${name}: ${whole(vocabulary.length)} different`;
  }
  const { dataset, train, validation } = prepared.data;
  const { height, width, channels, classes, name } = dataset;
  const sizes = `${whole(train.length)} training and ${whole(validation.length)} validation images`;
  return `${sizes} of ${name}: ${height}x${width}x${channels}, ${classes} classes`;
}

/** The data for programs. */
function factsOf(prepared: PreparedSearch | PreparedTextSearch): Readonly<Record<string, unknown>> {
  if (prepared.kind === 'text') {
    const { kind, vocabulary, train, validation } = prepared.text;
    return {
      text: { kind, different: vocabulary.length, train: train.length, validation: validation.length },
    };
  }
  const { dataset, train, validation } = prepared.data;
  const { height, width, channels, classes } = dataset;
  return {
    images: { height, width, channels, classes, train: train.length, validation: validation.length },
  };
}
