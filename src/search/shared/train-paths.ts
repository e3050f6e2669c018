// Trains a supernet's shared weights by sampled paths instead of relaxed: configuration, data, executor, loop and run
// folder put together. Says what happens by events and touches no terminal.

import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { cosineRate } from '../../base/cosine-rate.ts';
import { fingerprint } from '../../data/fingerprint.ts';
import { folderContent } from '../../runs/folder-content.ts';
import type { JsonObject } from '../../runs/json.ts';
import { lineKinds } from '../../runs/list-runs.ts';
import { describeMachine } from '../../runs/machine.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import type { SearchConfigInput } from '../config.ts';
import { defaultExecutor, type ExecutorOptions } from '../executors.ts';
import { prepareSearch } from '../search.ts';
import { genotypeOf, searchSpaceOf } from '../search-space.ts';
import { version } from '../version.ts';
import { restrictedTo } from './path-plan.ts';
import { pathsOf, type Sampling } from './sampling.ts';
import { SharedWeights, weightArenas } from './shared-weights.ts';

export interface TrainPathsOptions {
  /** As of a search; alphas are not trained. */
  readonly config?: SearchConfigInput;
  readonly sampling?: Sampling;
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
  | { readonly kind: 'epoch'; readonly epoch: number; readonly loss: number; readonly accuracy: number };

export interface PathsTrained {
  readonly finished: boolean;
  readonly epochs: number;
  readonly out: string;
}

/** `step` steps of epoch `epoch` are done, with these sums. */
interface Position {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly correct: number;
}

const epochStart = { step: 0, loss: 0, correct: 0 };

/** Throws a `MixopError` for whatever a user can mend. */
export async function trainPaths(options: TrainPathsOptions): Promise<PathsTrained> {
  const { out, resume = false, sampling = 'uniform', signal, onProgress: report = () => {} } = options;
  const prepared = await prepareSearch({ ...(options.config && { config: options.config }) });
  const { config, space, data } = prepared;
  const search = searchSpaceOf(space);
  const shared = await SharedWeights.create(prepared, options.executor ?? {});
  let run: RunFolder | undefined;
  try {
    const stored = {
      ...config,
      sampling,
      dataFingerprint: fingerprint(data.dataset),
    } as unknown as JsonObject;
    const machine = describeMachine({
      mixop: version,
      executor: options.executor?.executor ?? defaultExecutor,
      adapter: null,
      threads: options.executor?.threads ?? 1,
    });
    const fresh = !resume || (await folderContent(out)) === 'missing';
    run = fresh ? await RunFolder.create(out, stored, machine) : await RunFolder.resume(out, stored, machine);
    const { found, refused } = fresh ? { found: undefined, refused: [] } : await run.latestCheckpoint();
    const at = found?.state.meta as unknown as Position | undefined;
    const repaired = fresh
      ? []
      : await run.continueFrom(found && { epoch: at!.epoch, step: found.step }, machine);
    for (const { file, reason } of [...refused, ...repaired])
      report({ kind: 'warning', message: `${file}: ${reason}` });
    shared.initialise();
    for (const arena of found ? weightArenas : [])
      shared.write(arena, found!.state.arrays[arena]!, found!.file);
    const { epochs, weights, batch } = config;
    const steps = shared.stepsPerEpoch;
    let position = at ?? { epoch: 0, ...epochStart };
    const { epoch: from } = position;
    report({ kind: 'start', space: space.name, data: data.dataset.name, epochs, steps, epoch: from });
    const save = async (folder: RunFolder): Promise<void> => {
      const state = { meta: position as unknown as JsonObject, arrays: await shared.state() };
      await folder.writeCheckpoint(position.epoch * steps + position.step, state);
    };
    const root = Random.fromSeed(config.seed).split('paths');
    while (position.epoch < epochs) {
      const { epoch } = position;
      const rate = cosineRate(epoch, epochs, weights.rate, weights.lastRate);
      while (position.step < steps) {
        // Between groups of paths, so that going on draws the next group as a whole.
        if (signal?.aborted === true) {
          await save(run);
          return { finished: false, epochs: epoch, out };
        }
        for (const path of pathsOf(
          sampling,
          search,
          root.split('epoch', epoch).split('step', position.step),
        )) {
          if (position.step === steps) break;
          const cells = restrictedTo(genotypeOf(space, search, path));
          const { loss, correct } = await shared.train(cells, epoch, position.step, rate);
          position = {
            epoch,
            step: position.step + 1,
            loss: position.loss + loss,
            correct: position.correct + correct,
          };
          report({ kind: 'step', epoch, step: position.step, loss });
        }
      }
      const loss = position.loss / steps;
      const accuracy = position.correct / (steps * batch);
      position = { epoch: epoch + 1, ...epochStart };
      const place = { epoch: position.epoch, step: position.epoch * steps };
      await run.appendMetrics({ ...place, kind: 'paths', trainLoss: loss, trainAccuracy: accuracy });
      if (position.epoch === epochs) await run.appendMetrics({ ...place, kind: lineKinds.finished });
      await save(run);
      report({ kind: 'epoch', epoch: position.epoch, loss, accuracy });
    }
    return { finished: true, epochs, out };
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
