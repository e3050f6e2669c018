// A training in words.

import type { RetrainProgress, RetrainStart } from '../../networks/events.ts';
import type { RetrainEpoch, RetrainPosition } from '../../retrain/retrain-loop.ts';
import { count, lossText, percent, positionText, whole } from '../terminal/progress-text.ts';
import type { Narrator } from '../terminal/view.ts';

export function retrainNarrator(): Narrator<RetrainProgress> {
  let start: RetrainStart | undefined;
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

function startText(start: RetrainStart): string {
  const { genotype, data, executor, seed, parameters, trainImages, heldOutImages } = start;
  const { epochs, stepsPerEpoch, batch, out, resumedFrom, position } = start;
  const lines = [
    `${genotype} on ${data}, seed ${seed}: ${whole(trainImages)} training and ${whole(heldOutImages)} held-out ` +
      `images, ${whole(parameters)} parameters`,
    `${count(epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')} of ${count(batch, 'image')}, on ${executor}`,
  ];
  if (out !== undefined) lines.push(`run folder ${out}`);
  if (resumedFrom !== undefined) lines.push(`goes on from ${resumedFrom}, ${positionText(position)}`);
  lines.push('below: loss and accuracy in training and on the held-out images');
  return lines.join('\n');
}

function stepsText({ sums }: RetrainPosition, batch: number): string {
  const { steps, trainLoss, trainCorrect } = sums;
  return lossText('train', trainLoss / steps, trainCorrect / (steps * batch));
}

function epochText(record: RetrainEpoch, epochs: number): string {
  const { epoch, trainLoss, trainAccuracy, validLoss, validAccuracy, bestAccuracy } = record;
  return [
    `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
    lossText('train', trainLoss, trainAccuracy),
    ...(validLoss === undefined ? [] : [lossText('held out', validLoss, validAccuracy!)]),
    ...(bestAccuracy === undefined ? [] : [`best ${percent(bestAccuracy).padStart(5)}`]),
  ].join('  ');
}
