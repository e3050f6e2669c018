// Words and numbers about a run that goes on, without colours.

import type { Completed } from '../../engine/run-journal.ts';
import { perplexity } from '../../search/text/config.ts';

/** Where a run stands, counted from 1: `epoch 3, step 12` is the step done last. */
export function positionText({ epoch, step }: Completed): string {
  if (step > 0) return `epoch ${epoch + 1}, step ${step}`;
  return epoch === 0 ? 'its beginning' : `the end of epoch ${epoch}`;
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
