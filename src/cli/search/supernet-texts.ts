// What is printed about the training of shared weights while it runs.

import type { PathProgress } from '../../weight-sharing/train-paths.ts';
import type { NarratedEvent, RunSize, RunTexts } from '../terminal/narrator.ts';
import { count, percent, type RunPosition } from '../terminal/progress-text.ts';

interface Start extends RunSize {
  readonly space: string;
  readonly data: string;
}

/** A step of the weights, or what the controller has learnt from so far after the steps of an epoch. */
type Steps = { readonly position: RunPosition } & (
  | { readonly loss: number }
  | { readonly rewards: number; readonly mean: number }
);

interface Epoch {
  readonly position: RunPosition;
  readonly loss: number;
  readonly accuracy: number;
}

export const supernetTexts: RunTexts<Start, Steps, Epoch> = {
  start({ space, data, epochs, stepsPerEpoch, position }) {
    const size = `${count(epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}`;
    const from = position.epoch === 0 ? '' : `, resumed at epoch ${position.epoch + 1}`;
    return `${space} on ${data}: ${size}${from}`;
  },
  steps: (steps) =>
    'loss' in steps
      ? `loss ${steps.loss.toFixed(3)}`
      : `controller: ${count(steps.rewards, 'architecture')}, mean accuracy ${steps.mean.toFixed(1)}%`,
  epoch: ({ loss, accuracy }) => `train ${loss.toFixed(3)} ${percent(accuracy)}`,
};

/** Returns a listener that passes events on in the shape of other runs. */
export function supernetEvents(
  show: (event: NarratedEvent<Start, Steps, Epoch>) => void,
): (progress: PathProgress) => void {
  let stepsPerEpoch = 0;
  return (progress) => {
    switch (progress.kind) {
      case 'warning':
        return show(progress);
      case 'start': {
        const { steps, epoch, ...start } = progress;
        stepsPerEpoch = steps;
        return show({ ...start, stepsPerEpoch, position: { epoch, step: 0 } });
      }
      case 'step': {
        const { epoch, step, loss } = progress;
        return show({ kind: 'steps', position: { epoch, step }, loss });
      }
      case 'rewards': {
        const { epoch, rewards, mean } = progress;
        return show({ kind: 'steps', position: { epoch, step: stepsPerEpoch }, rewards, mean });
      }
      case 'epoch': {
        const { epoch, loss, accuracy } = progress;
        return show({ kind: 'epoch', position: { epoch, step: 0 }, loss, accuracy });
      }
    }
  };
}
