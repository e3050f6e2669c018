// Words and numbers about a run, without colours.

import { perplexity } from '../../search/text/config.ts';

/** Epochs that are complete, and steps of the epoch after them. */
export interface RunPosition {
  readonly epoch: number;
  readonly step: number;
}

/** Where a run is, counted from 1: `epoch 3, step 12` is the step done last. */
export function positionText({ epoch, step }: RunPosition): string {
  if (step > 0) return `epoch ${epoch + 1}, step ${step}`;
  return epoch === 0 ? 'the start' : `the end of epoch ${epoch}`;
}

/** Loss and accuracy; columns stay in place. */
export function lossText(name: string, loss: number, accuracy: number): string {
  return `${name} ${loss.toFixed(3)} ${percent(accuracy).padStart(5)}`;
}

/** Loss of text and its perplexity. */
export function perplexityText(name: string, loss: number): string {
  return `${name} ${loss.toFixed(3)} perplexity ${perplexity(loss).toFixed(1)}`;
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

/** `15 epochs of 14 steps of 64 images` */
export function sizeText(
  run: { readonly epochs: number; readonly stepsPerEpoch: number; readonly batch: number },
  example: string,
): string {
  const { epochs, stepsPerEpoch, batch } = run;
  return `${count(epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')} of ${count(batch, example)}`;
}

/** Where a run is saved, and where it was resumed. */
export function resumedLines(run: {
  readonly out?: string;
  readonly resumedFrom?: string;
  readonly position: RunPosition;
}): readonly string[] {
  const { out, resumedFrom, position } = run;
  return [
    ...(out === undefined ? [] : [`run folder ${out}`]),
    ...(resumedFrom === undefined ? [] : [`resumed from ${resumedFrom}, ${positionText(position)}`]),
  ];
}
