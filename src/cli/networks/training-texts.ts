// What is printed about a training while it runs.

import type { RetrainStart } from '../../networks/events.ts';
import type { RetrainEpoch, RetrainPosition } from '../../retrain/retrain-loop.ts';
import type { RunTexts } from '../terminal/narrator.ts';
import { lossText, percent, resumedLines, sizeText, whole } from '../terminal/progress-text.ts';

export interface TrainingSteps {
  readonly position: RetrainPosition;
}

export interface TrainingEpoch extends TrainingSteps {
  readonly record: RetrainEpoch;
}

export const trainingTexts: RunTexts<RetrainStart, TrainingSteps, TrainingEpoch> = {
  start(start) {
    const { genotype, data, executor, seed, parameters, trainImages, heldOutImages } = start;
    return [
      `${genotype} on ${data}, seed ${seed}: ${whole(trainImages)} training and ${whole(heldOutImages)} held-out ` +
        `images, ${whole(parameters)} parameters`,
      `${sizeText(start, 'image')}, on ${executor}`,
      ...resumedLines(start),
      'below: loss and accuracy on training and held-out images',
    ].join('\n');
  },

  steps({ position: { sums } }, { batch }) {
    const { steps, trainLoss, trainCorrect } = sums;
    return lossText('train', trainLoss / steps, trainCorrect / (steps * batch));
  },

  epoch({ record }) {
    const { trainLoss, trainAccuracy, validLoss, validAccuracy, bestAccuracy } = record;
    return [
      lossText('train', trainLoss, trainAccuracy),
      ...(validLoss === undefined ? [] : [lossText('held out', validLoss, validAccuracy!)]),
      ...(bestAccuracy === undefined ? [] : [`best ${percent(bestAccuracy).padStart(5)}`]),
    ].join('  ');
  },
};
