// A training from genotype to weights: data, plan, executor, loop and run folder put together. It says what happens
// by events and touches no terminal.

import type { PartialCurve } from '../predictors/curves/forecast.ts';
import type { Stop } from '../predictors/curves/stopping.ts';
import type { Executor } from '../kernels/executor.ts';
import {
  type RetrainEpoch,
  retrainLoop,
  type RetrainPosition,
  retrainStart,
} from '../retrain/retrain-loop.ts';
import { writeCells } from '../engine/cell-artefacts.ts';
import { drive, placeIn } from '../engine/drive.ts';
import { allocate, type ExecutorOptions } from '../engine/executors.ts';
import { machineOf } from '../engine/machine-of.ts';
import { Journal } from '../engine/journal.ts';
import type { NetworkCard } from './card.ts';
import type { RetrainConfig } from './config.ts';
import type { RetrainProgress } from './events.ts';
import { type PreparedRetrain, prepareRetrain, type RetrainSource } from './prepare.ts';
import { NetworkTrainingSession } from './session.ts';
import { stopOf, stopText, until } from './stop-early.ts';
import { encodeWeights, readStateDict, type StateDict } from './weights.ts';

export interface RetrainOptions extends RetrainSource, ExecutorOptions {
  readonly onProgress?: (progress: RetrainProgress) => void;
  /** Curves of trainings that have ended, beside those that `stopEarly.beside` names. */
  readonly ended?: readonly PartialCurve[];
  /** Aborting finishes the step, saves and returns. */
  readonly signal?: AbortSignal;
}

export interface RetrainResult {
  /** False where a stop was requested before the last epoch. */
  readonly finished: boolean;
  readonly config: RetrainConfig;
  readonly card: NetworkCard;
  readonly parameters: number;
  readonly history: readonly RetrainEpoch[];
  /** Where the training was ended because it would not become the best. */
  readonly stop?: Stop;
  /** What the last step left (averaged, where `average` asks for it). */
  readonly weights: StateDict;
  /** What the best epoch left; absent before the first that is evaluated. */
  readonly bestWeights?: StateDict;
  readonly out?: string;
  /** Files of the weights and of the cells. */
  readonly artefacts: readonly string[];
}

/** The files of a run's weights. */
export const weightFiles = { last: 'weights-last.safetensors', best: 'weights-best.safetensors' } as const;

/** Trains a genotype's network from scratch. Throws a `MixopError` for whatever a user can mend. */
export async function retrain(options: RetrainOptions): Promise<RetrainResult> {
  const prepared = await prepareRetrain(options);
  const executor = await allocate('retrain', prepared.plan.plan, options);
  let journal: Journal<RetrainPosition, RetrainEpoch> | undefined;
  try {
    if (options.out !== undefined) {
      const { keep } = prepared.config.checkpoints;
      const resume = options.resume === true;
      journal = await Journal.open(options.out, prepared.stored, machineOf(executor), { resume, keep });
    }
    return await train(prepared, executor, journal, options);
  } finally {
    await executor.close();
    await journal?.close();
  }
}

async function train(
  prepared: PreparedRetrain,
  executor: Executor,
  journal: Journal<RetrainPosition, RetrainEpoch> | undefined,
  { signal, out, ended: given = [], onProgress: report = () => {} }: RetrainOptions,
): Promise<RetrainResult> {
  const { genotype, config, card, data, plan, parameters } = prepared;
  const session = new NetworkTrainingSession(executor, plan, data, config);
  const resumed = journal?.resumed;
  if (resumed) session.restore(resumed.arrays, resumed.file);
  else await session.initialise();
  for (const message of journal?.warnings ?? []) report({ kind: 'warning', message });
  const from = resumed?.position ?? retrainStart;
  const { stepsPerEpoch } = session;
  report({
    kind: 'start',
    genotype: genotype.name,
    data: data.train.dataset.name,
    executor: executor.name,
    seed: config.seed,
    parameters,
    trainImages: data.train.indices.length,
    heldOutImages: data.heldOut.indices.length,
    batch: config.batch,
    epochs: config.epochs,
    stepsPerEpoch,
    ...(out !== undefined && { out }),
    ...(resumed && { resumedFrom: resumed.file }),
    position: from,
  });
  const history: RetrainEpoch[] = [...(resumed?.history ?? [])];
  const best = history.at(-1)?.bestAccuracy;
  const loop = retrainLoop(session, from, {
    epochs: config.epochs,
    firstRate: config.weights.rate,
    lastRate: config.weights.lastRate,
    dropPath: config.dropPath,
    evaluateEvery: config.evaluateEvery,
    ...(best !== undefined && { best }),
    checkpointSteps: config.checkpoints.everySteps,
    stopRequested: () => signal?.aborted === true,
  });
  const { stopEarly } = config;
  const ended = [...prepared.beside, ...given];
  let stop: Stop | undefined;
  const stopped = (): boolean => {
    stop = stopEarly && stopOf(stopEarly, ended, history, config);
    if (stop !== undefined) report({ kind: 'warning', message: stopText(stop) });
    return stop !== undefined;
  };
  const { position, finished } = await drive(until(loop, stopped), {
    from,
    stepsPerEpoch,
    journal,
    history,
    state: () => session.state(),
    onSteps: report,
    onSaved: (file) => report({ kind: 'saved', file }),
    async onEpoch(record, position, at) {
      history.push(record);
      const { validAccuracy, ...rest } = record;
      const evaluated = validAccuracy !== undefined && { validationAccuracy: validAccuracy };
      await journal?.epoch(at, { ...rest, ...evaluated });
      report({ kind: 'epoch', position, record });
    },
  });

  const weights = await readStateDict(executor, plan.parameters, plan.evaluated);
  const evaluated = history.at(-1)?.bestAccuracy !== undefined;
  const bestWeights = evaluated ? await readStateDict(executor, plan.parameters, plan.best) : undefined;
  const artefacts: string[] = [];
  if (journal !== undefined) {
    artefacts.push(...(await writeCells(journal, genotype.genotype, genotype.space)));
    artefacts.push(await journal.artefact(weightFiles.last, encodeWeights(weights, card)));
    if (bestWeights)
      artefacts.push(await journal.artefact(weightFiles.best, encodeWeights(bestWeights, card)));
    if (finished)
      await journal.finish(placeIn(position, stepsPerEpoch), stop && { stoppedEarly: { ...stop } });
  }
  return {
    finished,
    config,
    card,
    parameters,
    history,
    ...(stop && { stop }),
    weights,
    ...(bestWeights && { bestWeights }),
    ...(out !== undefined && { out }),
    artefacts,
  };
}
