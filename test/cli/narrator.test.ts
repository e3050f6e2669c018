// What the events of a run become: plain lines, and JSON lines. The bar is tested on a real terminal in cli.test.ts.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { supernetEvents, supernetTexts } from '../../src/cli/search/supernet-texts.ts';
import { Narrator, type RunTexts } from '../../src/cli/terminal/narrator.ts';
import type { RunPosition } from '../../src/cli/terminal/progress-text.ts';

interface Start {
  readonly name: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly position: RunPosition;
}
interface Loss {
  readonly position: RunPosition;
  readonly loss: number;
}

const texts: RunTexts<Start, Loss, Loss> = {
  start: ({ name }) => name,
  steps: ({ loss }) => `loss ${loss}`,
  epoch: ({ loss }, { name }) => `${name} loss ${loss}`,
};

const stdout: string[] = [];
const stderr: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('process', { ...process, stdout: { isTTY: false } });
  vi.spyOn(console, 'log').mockImplementation((line: string) => void stdout.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void stderr.push(line));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  stdout.length = 0;
  stderr.length = 0;
});

it('prints a line an epoch, and of steps only where nothing was printed for ten seconds', () => {
  const narrator = new Narrator({ json: false });
  const show = narrator.listener(texts);
  show({ kind: 'start', name: 'run', epochs: 10, stepsPerEpoch: 4, position: { epoch: 8, step: 0 } });
  vi.advanceTimersByTime(6000);
  show({ kind: 'steps', position: { epoch: 8, step: 1 }, loss: 4 });
  vi.advanceTimersByTime(6000);
  show({ kind: 'steps', position: { epoch: 8, step: 2 }, loss: 3 });
  expect(narrator.place).toBe('epoch 9, step 2');
  show({ kind: 'warning', message: 'hot' });
  show({ kind: 'saved' });
  vi.advanceTimersByTime(8000);
  show({ kind: 'epoch', position: { epoch: 9, step: 0 }, loss: 2 });
  vi.advanceTimersByTime(2000);
  show({ kind: 'epoch', position: { epoch: 10, step: 0 }, loss: 1 });
  narrator.stopping();
  expect(narrator.place).toBe('the end of epoch 10');
  expect(stdout).toEqual([
    'run',
    // 12 s for 2 steps, and 6 more to come.
    'epoch 9/10 step 2/4  loss 3  36 s left',
    'epoch  9/10  run loss 2  20 s, 20 s left',
    'epoch 10/10  run loss 1  2 s',
  ]);
  expect(stderr).toEqual([
    'warning: hot',
    'stopping: finishing this step, then saving; Ctrl-C again quits at once',
  ]);
});

it('prints each event as a JSON line for programs', () => {
  const show = new Narrator({ json: true }).listener(texts);
  const events = [
    { kind: 'start', name: 'run', epochs: 1, stepsPerEpoch: 1, position: { epoch: 0, step: 0 } },
    { kind: 'warning', message: 'hot' },
    { kind: 'epoch', position: { epoch: 1, step: 0 }, loss: 1 },
  ] as const;
  for (const event of events) show(event);
  expect(stdout.map((line) => JSON.parse(line) as unknown)).toEqual(events);
  expect(stderr).toEqual([]);
});

it('shows the training of shared weights as it shows other runs', () => {
  const show = supernetEvents(new Narrator({ json: false }).listener(supernetTexts));
  show({ kind: 'start', space: 'darts-cnn', data: 'digits', epochs: 2, steps: 7, epoch: 1 });
  vi.advanceTimersByTime(10_000);
  show({ kind: 'step', epoch: 1, step: 5, loss: 2.5 });
  vi.advanceTimersByTime(10_000);
  show({ kind: 'rewards', epoch: 1, rewards: 30, mean: 12.5 });
  show({ kind: 'epoch', epoch: 2, loss: 2, accuracy: 0.25 });
  expect(stdout).toEqual([
    'darts-cnn on digits: 2 epochs of 7 steps, resumed at epoch 2',
    'epoch 2/2 step 5/7  loss 2.500  4 s left',
    'epoch 2/2 step 7/7  controller: 30 architectures, mean accuracy 12.5%  0 s left',
    'epoch 2/2  train 2.000 25.0%  20 s',
  ]);
});
