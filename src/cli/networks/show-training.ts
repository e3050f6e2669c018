// `mixop retrain --dry-run`: the whole configuration, as a file for --config, and what it amounts to.

import { stringify } from 'yaml';
import { prepareRetrain } from '../../networks/prepare.ts';
import type { SeedsOptions } from '../../networks/retrain-seeds.ts';
import { count, whole } from '../terminal/progress-text.ts';

export async function showTraining(
  options: SeedsOptions,
  { json }: { readonly json: boolean },
): Promise<void> {
  const { config, card, data, parameters, stepsPerEpoch } = await prepareRetrain(options);
  const { out, executor, seeds } = options;
  const [train, heldOut] = [data.train.indices.length, data.heldOut.indices.length];
  if (json) {
    const images = { train, heldOut };
    console.log(
      JSON.stringify({ kind: 'plan', config, card, images, stepsPerEpoch, parameters, seeds, out, executor }),
    );
    return;
  }
  const { height, width, channels } = card.image;
  const facts = [
    card.genotype,
    `${whole(train)} training and ${whole(heldOut)} held-out images of ${data.train.dataset.name}: ` +
      `${height}x${width}x${channels}, ${card.classes} classes`,
    `${whole(parameters)} parameters, the auxiliary head not counted`,
    `${count(config.epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}, ${count(seeds, 'seed')}`,
    `run folder ${out}, executor ${executor}; nothing was written`,
  ];
  console.log(stringify(config, { flowCollectionPadding: true }).trimEnd());
  console.log(facts.map((fact) => `# ${fact}`).join('\n'));
}
