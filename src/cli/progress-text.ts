// Lines about a search that goes on, without colours; the bar and the plain lines share them.

import type { Position } from '../bilevel/search-loop.ts';
import type { EpochRecord, SearchStart } from '../search/events.ts';

export function startText(start: SearchStart): string {
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

/** Where a search stands, counted from 1: `epoch 3, step 12` is the step done last. */
export function positionText({ epoch, step }: Position): string {
  if (step > 0) return `epoch ${epoch + 1}, step ${step}`;
  return epoch === 0 ? 'its beginning' : `the end of epoch ${epoch}`;
}

/** Loss and accuracy over the steps of the current epoch: `train 2.301 14.2%  valid 2.295 15.0%`. */
export function stepsText({ sums }: Position, batch: number): string {
  const { steps, trainLoss, trainCorrect, validLoss, validCorrect } = sums;
  const images = steps * batch;
  return [
    split('train', trainLoss / steps, trainCorrect / images),
    split('valid', validLoss / steps, validCorrect / images),
  ].join('  ');
}

export function epochText(record: EpochRecord, epochs: number, took: string): string {
  const { epoch, trainLoss, trainAccuracy, validLoss, validAccuracy, skips } = record;
  const skipped = skips.map(({ skips, edges }) => `${skips}/${edges}`).join(' ');
  return [
    `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
    split('train', trainLoss, trainAccuracy),
    split('valid', validLoss, validAccuracy),
    `skips ${skipped}`,
    took,
  ].join('  ');
}

/** Loss and accuracy; columns stay in place. */
function split(name: string, loss: number, accuracy: number): string {
  return `${name} ${loss.toFixed(3)} ${percent(accuracy).padStart(5)}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** 12,345 */
export function whole(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 epoch`, `8 epochs` */
export function count(value: number, name: string): string {
  return `${whole(value)} ${name}${value === 1 ? '' : 's'}`;
}
