// A search in words.

import type { Position } from '../../bilevel/search-loop.ts';
import type { EpochRecord, SearchProgress, SearchStart } from '../../search/events.ts';
import { count, lossText, perplexityText, positionText, whole } from '../terminal/progress-text.ts';
import type { Narrator } from '../terminal/view.ts';

export function searchNarrator(): Narrator<SearchProgress> {
  let start: SearchStart | undefined;
  return (progress) => {
    if (progress.kind === 'start') start = progress;
    switch (progress.kind) {
      case 'start':
        return { ...progress, text: startText(progress) };
      case 'warning':
        return progress;
      case 'steps':
        return { ...progress, losses: stepsText(progress.position, start!) };
      case 'epoch':
        return { ...progress, text: epochText(progress.record, start!) };
      case 'saved':
        return undefined;
    }
  };
}

function startText(start: SearchStart): string {
  const { space, data, executor, parameters, examples, trainExamples, validationExamples } = start;
  const { epochs, stepsPerEpoch, batch, out, resumedFrom, position } = start;
  const lines = [
    `${space} on ${data}: ${whole(trainExamples)} training and ${whole(validationExamples)} validation ${examples}, ` +
      `${whole(parameters)} parameters`,
    `${count(epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')} of ${count(batch, examples.slice(0, -1))} a split, on ${executor}`,
  ];
  if (out !== undefined) lines.push(`run folder ${out}`);
  if (resumedFrom !== undefined) lines.push(`goes on from ${resumedFrom}, ${positionText(position)}`);
  const shown =
    examples === 'images'
      ? 'loss and accuracy of both splits; skip connections in each derived cell'
      : `loss and perplexity of both splits, by ${examples.slice(0, -1)}`;
  lines.push(`below: ${shown}`);
  return lines.join('\n');
}

/** Over the steps of the current epoch: `train 2.301 14.2%  valid 2.295 15.0%`. */
function stepsText({ sums }: Position, start: SearchStart): string {
  const { steps, trainLoss, trainCorrect, validLoss, validCorrect } = sums;
  const examples = steps * start.batch;
  return [
    measureText(start, 'train', trainLoss / steps, trainCorrect / examples),
    measureText(start, 'valid', validLoss / steps, validCorrect / examples),
  ].join('  ');
}

function epochText(record: EpochRecord, start: SearchStart): string {
  const { epoch, trainLoss, trainAccuracy, validLoss, validAccuracy, skips } = record;
  const { epochs } = start;
  const skipped = skips.map(({ skips, edges }) => `${skips}/${edges}`).join(' ');
  return [
    `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
    measureText(start, 'train', trainLoss, trainAccuracy),
    measureText(start, 'valid', validLoss, validAccuracy),
    ...(skips.length > 0 ? [`skips ${skipped}`] : []),
  ].join('  ');
}

/** Loss and accuracy or, of text, perplexity. */
function measureText({ examples }: SearchStart, name: string, loss: number, accuracy: number): string {
  return examples === 'images' ? lossText(name, loss, accuracy) : perplexityText(name, loss);
}
