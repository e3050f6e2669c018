// Trains a supernet's shared weights by sampled paths instead of relaxed: configuration, data, executor, loop and run
// folder put together. Says what happens by events and touches no terminal.

import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { cosineRate } from '../../base/cosine-rate.ts';
import type { Architecture } from '../../discrete-baselines/architecture.ts';
import { fingerprint } from '../../data/fingerprint.ts';
import { folderContent } from '../../runs/folder-content.ts';
import type { JsonObject } from '../../runs/json.ts';
import { lineKinds } from '../../runs/list-runs.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import type { SearchConfigInput } from '../config.ts';
import type { ExecutorOptions } from '../executors.ts';
import { machineOf } from '../machine-of.ts';
import { prepareSearch } from '../search.ts';
import { genotypeOf, searchSpaceOf } from '../search-space.ts';
import { PathController } from './path-controller.ts';
import { dropOperations } from './path-dropout.ts';
import { type PathOptions, restrictedTo } from './path-plan.ts';
import { pathsOf, type Sampling, samplingDefaults, type SamplingSettings } from './sampling.ts';
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

/** `step` steps of epoch `epoch` are done, with these sums. */
interface Position {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly correct: number;
  /** What the controller has learnt from since the last step, in number and in sum. */
  readonly rewards: number;
  readonly reward: number;
}

interface Saved {
  readonly position: Position;
  readonly controller?: PathController['state'];
}

const epochStart = { step: 0, loss: 0, correct: 0, rewards: 0, reward: 0 };

/** Architectures that a trained controller draws; the best of them is its choice. */
const draws = 10;

/** Throws a `MixopError` for whatever a user can mend. */
export async function trainPaths(options: TrainPathsOptions): Promise<PathsTrained> {
  const { out, resume = false, sampling = 'uniform', signal, onProgress: report = () => {} } = options;
  const { dropout, rewards } = { ...samplingDefaults, ...options.settings };
  const prepared = await prepareSearch({ ...(options.config && { config: options.config }) });
  const { config, space, data } = prepared;
  const search = searchSpaceOf(space);
  const shared = await SharedWeights.create(prepared, options.executor ?? {});
  let run: RunFolder | undefined;
  try {
    const stored = {
      ...config,
      sampling,
      ...(sampling === 'path-dropout' && { dropout }),
      ...(sampling === 'controller' && { rewards }),
      dataFingerprint: fingerprint(data.dataset),
    } as unknown as JsonObject;
    const machine = machineOf(shared.executor);
    const fresh = !resume || (await folderContent(out)) === 'missing';
    run = fresh ? await RunFolder.create(out, stored, machine) : await RunFolder.resume(out, stored, machine);
    const { found, refused } = fresh ? { found: undefined, refused: [] } : await run.latestCheckpoint();
    const at = found?.state.meta as unknown as Saved | undefined;
    const repaired = fresh
      ? []
      : await run.continueFrom(found && { epoch: at!.position.epoch, step: found.step }, machine);
    for (const { file, reason } of [...refused, ...repaired])
      report({ kind: 'warning', message: `${file}: ${reason}` });
    shared.initialise();
    for (const arena of found ? weightArenas : [])
      shared.write(arena, found!.state.arrays[arena]!, found!.file);
    const { epochs, weights, batch } = config;
    const steps = shared.stepsPerEpoch;
    let position = at?.position ?? { epoch: 0, ...epochStart };
    const { epoch: from } = position;
    report({ kind: 'start', space: space.name, data: data.dataset.name, epochs, steps, epoch: from });
    const root = Random.fromSeed(config.seed).split('paths');
    const controller =
      sampling === 'controller' ? new PathController(search, root.split('controller')) : undefined;
    const wanted = controller ? rewards : 0;
    if (controller && at) controller.state = at.controller!;
    const save = async (folder: RunFolder): Promise<void> => {
      const meta: Saved = { position, ...(controller && { controller: controller.state }) };
      const state = { meta: meta as unknown as JsonObject, arrays: await shared.state() };
      await folder.writeCheckpoint(position.epoch * steps + position.step, state);
    };
    const formOf = (path: Architecture): PathOptions['cells'] =>
      restrictedTo(genotypeOf(space, search, path));
    /** What the next steps train, one after the other. */
    const groupAt = (epoch: number, step: number): readonly PathOptions['cells'][] => {
      const random = root.split('epoch', epoch).split('step', step);
      if (controller) return [formOf(controller.sample(random))];
      if (sampling === 'path-dropout') {
        const rate = (dropout * (epoch * steps + step)) / (epochs * steps - 1);
        return [{ kind: 'partial', kept: dropOperations(space, rate, random) }];
      }
      return pathsOf(sampling as 'uniform' | 'fair', search, random).map(formOf);
    };
    while (position.epoch < epochs) {
      const { epoch } = position;
      const rate = cosineRate(epoch, epochs, weights.rate, weights.lastRate);
      while (position.step < steps) {
        // Between groups of paths, so that going on draws the next group as a whole.
        if (signal?.aborted === true) {
          await save(run);
          return { finished: false, epochs: epoch, out };
        }
        for (const cells of groupAt(epoch, position.step)) {
          if (position.step === steps) break;
          const { loss, correct } = await shared.train(cells, epoch, position.step, rate);
          position = {
            ...position,
            step: position.step + 1,
            loss: position.loss + loss,
            correct: position.correct + correct,
          };
          report({ kind: 'step', epoch, step: position.step, loss });
        }
      }
      while (position.rewards < wanted) {
        if (signal?.aborted === true) {
          await save(run);
          return { finished: false, epochs: epoch, out };
        }
        const random = root.split('rewards', epoch).split('reward', position.rewards);
        const path = controller!.sample(random);
        const accuracy = await shared.validate(formOf(path), epoch, position.rewards);
        controller!.learn(path, accuracy, random);
        position = { ...position, rewards: position.rewards + 1, reward: position.reward + accuracy };
        const mean = position.reward / position.rewards;
        report({ kind: 'rewards', epoch, rewards: position.rewards, mean });
      }
      const loss = position.loss / steps;
      const accuracy = position.correct / (steps * batch);
      const reward = controller && { reward: position.reward / rewards };
      position = { epoch: epoch + 1, ...epochStart };
      const place = { epoch: position.epoch, step: position.epoch * steps };
      await run.appendMetrics({
        ...place,
        kind: 'paths',
        trainLoss: loss,
        trainAccuracy: accuracy,
        ...reward,
      });
      if (position.epoch === epochs) await run.appendMetrics({ ...place, kind: lineKinds.finished });
      await save(run);
      report({ kind: 'epoch', epoch: position.epoch, loss, accuracy });
    }
    if (!controller) return { finished: true, epochs, out };
    // The published code derives ten architectures and takes the best.
    const choices: { readonly text: string; readonly accuracy: number }[] = [];
    for (let draw = 0; draw < draws; draw++) {
      const path = controller.sample(root.split('draw', draw));
      const { accuracy } = await shared.evaluate(formOf(path), signal && { signal });
      choices.push({ text: search.text(path), accuracy });
    }
    const chosen = choices.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));
    await run.writeArtefact('genotype.txt', `${chosen.text}\n`);
    return { finished: true, epochs, out, chosen };
  } finally {
    await shared.close();
    await run?.close();
  }
}

/** Throws a `MixopError` unless the name is that of a sampling. */
export function samplingNamed(name: string, known: readonly Sampling[]): Sampling {
  const found = known.find((one) => one === name);
  if (found !== undefined) return found;
  throw new MixopError('usage', '--sampling', `"${name}" is not known`, `known: ${known.join(', ')}`);
}
