// Trains a supernet's shared weights by sampled paths instead of relaxed: configuration, data, executor, loop and run
// folder put together. Says what happens by events and touches no terminal.

import { fingerprint } from '../data/fingerprint.ts';
import type { JsonObject } from '../runs/json.ts';
import type { SearchConfigInput } from '../search/config.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import { machineOf } from '../engine/machine-of.ts';
import { prepareSearch } from '../search/search.ts';
import { decisionSpaceOf } from '../engine/decision-space.ts';
import { PathController } from './path-controller.ts';
import { PathJournal } from './path-journal.ts';
import { cellsOf, type PathEvent, pathLoop, pathRandom, pathStart } from './path-loop.ts';
import { type Sampling, samplingDefaults, type SamplingSettings } from './sampling.ts';
import { SharedWeights, weightArenas } from './shared-weights.ts';

export interface TrainPathsOptions {
  /** As of a search; alphas are not trained. */
  readonly config?: SearchConfigInput;
  readonly sampling?: Sampling;
  readonly settings?: Partial<SamplingSettings>;
  readonly out: string;
  readonly resume?: boolean;
  readonly executor?: ExecutorOptions;
  readonly onProgress?: (progress: PathProgress) => void;
  readonly signal?: AbortSignal;
}

export type PathProgress =
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'start';
      readonly space: string;
      readonly data: string;
      readonly epochs: number;
      readonly steps: number;
      readonly epoch: number;
    }
  | { readonly kind: 'step'; readonly epoch: number; readonly step: number; readonly loss: number }
  /** The controller's mean reward so far in this epoch, in percent, and of how many. */
  | { readonly kind: 'rewards'; readonly epoch: number; readonly rewards: number; readonly mean: number }
  | { readonly kind: 'epoch'; readonly epoch: number; readonly loss: number; readonly accuracy: number };

export interface PathsTrained {
  readonly finished: boolean;
  readonly epochs: number;
  readonly out: string;
  /** The best of what a trained controller chooses, as text, and its accuracy in percent on the validation images. */
  readonly chosen?: { readonly text: string; readonly accuracy: number };
}

/** Architectures that a trained controller draws; the best of them is its choice. */
const draws = 10;

/** Throws a `MixopError` for whatever a user can mend. */
export async function trainPaths(options: TrainPathsOptions): Promise<PathsTrained> {
  const { out, resume = false, sampling = 'uniform', signal, onProgress: report = () => {} } = options;
  const settings = { ...samplingDefaults, ...options.settings };
  const prepared = await prepareSearch({ ...(options.config && { config: options.config }) });
  const { config, space, data } = prepared;
  const search = decisionSpaceOf(space);
  const shared = await SharedWeights.create(prepared, options.executor ?? {});
  let journal: PathJournal | undefined;
  try {
    const { dropout, rewards } = settings;
    const stored = {
      ...config,
      sampling,
      ...(sampling === 'path-dropout' && { dropout }),
      ...(sampling === 'controller' && { rewards }),
      dataFingerprint: fingerprint(data.dataset),
    } as unknown as JsonObject;
    const machine = machineOf(shared.executor);
    journal = await PathJournal.open(out, stored, machine, resume);
    const { found, warnings } = journal;
    for (const message of warnings) report({ kind: 'warning', message });
    shared.initialise();
    for (const arena of found ? weightArenas : []) shared.write(arena, found!.arrays[arena]!, found!.file);
    const random = pathRandom(config.seed);
    const controller =
      sampling === 'controller' ? new PathController(search, random.split('controller')) : undefined;
    if (controller && found) controller.state = found.controller!;
    const { epochs } = config;
    const steps = shared.stepsPerEpoch;
    const from = found?.position ?? pathStart;
    report({ kind: 'start', space: space.name, data: data.dataset.name, epochs, steps, epoch: from.epoch });
    const stopRequested = (): boolean => signal?.aborted === true;
    const loop = pathLoop(from, { shared, search, sampling, settings, controller, stopRequested });
    for await (const event of loop) {
      const { position } = event;
      const step = position.epoch * steps + position.step;
      if (event.kind === 'epoch') await journal.epoch(event, step, position.epoch === epochs);
      if (event.kind === 'epoch' || event.kind === 'stopped')
        await journal.save(step, position, controller, await shared.state());
      if (event.kind === 'stopped') return { finished: false, epochs: position.epoch, out };
      report(progressOf(event));
    }
    if (!controller) return { finished: true, epochs, out };
    // The published code derives ten architectures and takes the best.
    const choices: { readonly text: string; readonly accuracy: number }[] = [];
    for (let draw = 0; draw < draws; draw++) {
      const path = controller.sample(random.split('draw', draw));
      const { accuracy } = await shared.evaluate(cellsOf(space, search, path), signal && { signal });
      choices.push({ text: search.text(path), accuracy });
    }
    const chosen = choices.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));
    await journal.genotype(chosen.text);
    return { finished: true, epochs, out, chosen };
  } finally {
    await shared.close();
    await journal?.close();
  }
}

function progressOf(event: Exclude<PathEvent, { kind: 'stopped' }>): PathProgress {
  const { epoch, step, rewards, reward } = event.position;
  switch (event.kind) {
    case 'step':
      return { kind: 'step', epoch, step, loss: event.loss };
    case 'reward':
      return { kind: 'rewards', epoch, rewards, mean: reward / rewards };
    case 'epoch':
      return { kind: 'epoch', epoch, loss: event.loss, accuracy: event.accuracy };
  }
}
