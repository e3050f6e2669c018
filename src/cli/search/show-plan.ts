// `mixop search --dry-run`: the whole configuration, as a file for --config, and what it amounts to.

import { stringify } from 'yaml';
import type { Plan } from '../../kernels/plan.ts';
import { allocate } from '../../engine/executors.ts';
import type { FolderOptions } from '../../search/search-folder.ts';
import { count, whole } from '../terminal/progress-text.ts';

export interface ShownPlan {
  readonly config: { readonly epochs: number };
  readonly plan: Plan;
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  /** The data in words. */
  readonly data: string;
  /** The data for programs. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Throws what the search itself would where the executor cannot be had, or its memory. */
export async function showPlan(
  { config, plan, parameters, stepsPerEpoch, data, facts }: ShownPlan,
  options: FolderOptions,
  { json }: { readonly json: boolean },
): Promise<void> {
  await (await allocate('search', plan, options)).close();
  const { out, executor } = options;
  if (json) {
    console.log(JSON.stringify({ kind: 'plan', config, ...facts, stepsPerEpoch, parameters, out, executor }));
    return;
  }
  const lines = [
    data,
    `${whole(parameters)} parameters`,
    `${count(config.epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}: ${whole(config.epochs * stepsPerEpoch)} in all`,
    `run folder ${out}, executor ${executor}; nothing was written`,
  ];
  console.log(stringify(config, { flowCollectionPadding: true }).trimEnd());
  console.log(lines.map((line) => `# ${line}`).join('\n'));
}
