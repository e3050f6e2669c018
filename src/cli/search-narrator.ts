// A search in words.

import type { Position } from '../bilevel/search-loop.ts';
import type { EpochRecord, SearchProgress, SearchStart } from '../search/events.ts';
import { count, lossText, positionText, whole } from './progress-text.ts';
import type { Narrator } from './view.ts';

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
        return { ...progress, losses: stepsText(progress.position, start!.batch) };
      case 'epoch':
        return { ...progress, text: epochText(progress.record, start!.epochs) };
      case 'saved':
        return undefined;
    }
  };
}

function startText(start: SearchStart): string {
  const { space, data, executor, parameters, trainImages, validationImages } = start;
  const { epochs, stepsPerEpoch, batch, out, resumedFrom, position } = start;
  const lines = [
    `${space} on ${data}: ${whole(trainImages)} training and ${whole(validationImages)} validation images, ` +
      `${whole(parameters)} parameters`,
    `${count(epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')} of ${count(batch, 'image')} a split, on ${executor}`,
  ];
  if (out !== undefined) lines.push(`run folder ${out}`);
  if (resumedFrom !== undefined) lines.push(`goes on from ${resumedFrom}, ${positionText(position)}`);
  lines.push('below: loss and accuracy of both splits; skip connections in each derived cell');
  return lines.join('\n');
}

/** Loss and accuracy over the steps of the current epoch: `train 2.301 14.2%  valid 2.295 15.0%`. */
function stepsText({ sums }: Position, batch: number): string {
  const { steps, trainLoss, trainCorrect, validLoss, validCorrect } = sums;
  const images = steps * batch;
  return [
    lossText('train', trainLoss / steps, trainCorrect / images),
    lossText('valid', validLoss / steps, validCorrect / images),
  ].join('  ');
}

function epochText(record: EpochRecord, epochs: number): string {
  const { epoch, trainLoss, trainAccuracy, validLoss, validAccuracy, skips } = record;
  const skipped = skips.map(({ skips, edges }) => `${skips}/${edges}`).join(' ');
  return [
    `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
    lossText('train', trainLoss, trainAccuracy),
    lossText('valid', validLoss, validAccuracy),
    `skips ${skipped}`,
  ].join('  ');
}
