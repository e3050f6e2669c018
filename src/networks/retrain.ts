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
import { followRun } from '../engine/run.ts';
import { runInFolder } from '../engine/run-in-folder.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import type { Journal } from '../engine/journal.ts';
import type { NetworkCard } from './card.ts';
import type { RetrainConfig } from './config.ts';
import type { RetrainProgress, RetrainRunTypes } from './events.ts';
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
  const { plan, stored, config } = prepared;
  const folder = { what: 'retrain', plan: plan.plan, stored, keep: config.checkpoints.keep };
  return runInFolder<RetrainPosition, RetrainEpoch, RetrainResult>(folder, options, (executor, journal) =>
    train(prepared, executor, journal, options),
  );
}

async function train(
  prepared: PreparedRetrain,
  executor: Executor,
  journal: Journal<RetrainPosition, RetrainEpoch> | undefined,
  { signal, out, ended: given = [], onProgress: report = () => {} }: RetrainOptions,
): Promise<RetrainResult> {
  const { genotype, config, card, data, plan, parameters } = prepared;
  const session = new NetworkTrainingSession(executor, plan, data, config);
  const ended = [...prepared.beside, ...given];
  let stop: Stop | undefined;
  const { finished, history, completed } = await followRun<RetrainRunTypes>(
    {
      session,
      start: retrainStart,
      report,
      reportStart: (position, resumedFrom) =>
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
          stepsPerEpoch: session.stepsPerEpoch,
          ...(out !== undefined && { out }),
          ...(resumedFrom !== undefined && { resumedFrom }),
          position,
        }),
      loop(from, known) {
        const best = known.at(-1)?.bestAccuracy;
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
        return until(loop, () => {
          stop = config.stopEarly && stopOf(config.stopEarly, ended, known, config);
          if (stop !== undefined) report({ kind: 'warning', message: stopText(stop) });
          return stop !== undefined;
        });
      },
      entryOf(record, position) {
        const { validAccuracy, ...rest } = record;
        const evaluated = validAccuracy !== undefined && { validationAccuracy: validAccuracy };
        const line = { ...rest, ...evaluated };
        return { record, line, report: () => report({ kind: 'epoch', position, record }) };
      },
    },
    journal,
  );

  const weights = await readStateDict(executor, plan.parameters, plan.evaluated);
  const evaluated = history.at(-1)?.bestAccuracy !== undefined;
  const bestWeights = evaluated ? await readStateDict(executor, plan.parameters, plan.best) : undefined;
  const artefacts: string[] = [];
  if (journal !== undefined) {
    artefacts.push(...(await writeCells(journal, genotype.genotype, genotype.space)));
    artefacts.push(await journal.artefact(weightFiles.last, encodeWeights(weights, card)));
    if (bestWeights)
      artefacts.push(await journal.artefact(weightFiles.best, encodeWeights(bestWeights, card)));
    if (finished) await journal.finish(completed, stop && { stoppedEarly: { ...stop } });
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
