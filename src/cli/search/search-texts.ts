// What is printed about a search while it runs.

import type { Position } from '../../bilevel/search-loop.ts';
import type { EpochRecord, SearchStart } from '../../search/events.ts';
import type { RunTexts } from '../terminal/narrator.ts';
import { lossText, perplexityText, resumedLines, sizeText, whole } from '../terminal/progress-text.ts';

export const searchTexts: RunTexts<
  SearchStart,
  { readonly position: Position },
  { readonly position: Position; readonly record: EpochRecord }
> = {
  start(start) {
    const { space, data, executor, parameters, examples, trainExamples, validationExamples } = start;
    const example = examples.slice(0, -1);
    const columns =
      examples === 'images'
        ? 'loss and accuracy of both splits; skip connections in each derived cell'
        : `loss and perplexity of both splits, per ${example}`;
    return [
      `${space} on ${data}: ${whole(trainExamples)} training and ${whole(validationExamples)} validation ${examples}, ` +
        `${whole(parameters)} parameters`,
      `${sizeText(start, example)} from each split, on ${executor}`,
      ...resumedLines(start),
      `below: ${columns}`,
    ].join('\n');
  },

  /** `train 2.301 14.2%  valid 2.295 15.0%` */
  steps({ position: { sums } }, start) {
    const { steps, trainLoss, trainCorrect, validLoss, validCorrect } = sums;
    const examples = steps * start.batch;
    return [
      measureText(start, 'train', trainLoss / steps, trainCorrect / examples),
      measureText(start, 'valid', validLoss / steps, validCorrect / examples),
    ].join('  ');
  },

  epoch({ record }, start) {
    const { trainLoss, trainAccuracy, validLoss, validAccuracy, skips } = record;
    const skipped = skips.map(({ skips, edges }) => `${skips}/${edges}`).join(' ');
    return [
      measureText(start, 'train', trainLoss, trainAccuracy),
      measureText(start, 'valid', validLoss, validAccuracy),
      ...(skips.length > 0 ? [`skips ${skipped}`] : []),
    ].join('  ');
  },
};

/** Loss and accuracy or, of text, perplexity. */
function measureText({ examples }: SearchStart, name: string, loss: number, accuracy: number): string {
  return examples === 'images' ? lossText(name, loss, accuracy) : perplexityText(name, loss);
}
