// A search of images before it has an executor: the split of the images, and the plan. The plan has the programs of the
// steps, and programs that evaluate the relaxed supernet on full batches and on the last, smaller one.

import { defaultAugmentation } from '../../data/augment.ts';
import { evaluationBatchSizes } from '../../data/batches.ts';
import type { Dataset } from '../../data/dataset.ts';
import { PlanBuilder } from '../../kernels/graph.ts';
import { type EvaluationProgram, recordEvaluation } from '../../supernet/problem/evaluation.ts';
import { type BatchTensors, declareBatch, type ImageSize } from '../../supernet/problem/inputs.ts';
import type { NetworkForm } from '../../supernet/network.ts';
import { PlanProblem } from '../../supernet/problem/plan-problem.ts';
import type { ImageSpace } from '../../supernet/space.ts';
import { optimizerSettings, type ResolvedConfig, type SearchConfig } from '../config.ts';
import { type RecordedSteps, recordSteps } from '../record-steps.ts';
import { searchBatches, searchData, type SearchData } from './data.ts';

export interface SearchPlan extends RecordedSteps {
  /** To fork, for further plans over the same arenas. */
  readonly builder: PlanBuilder;
  readonly problem: PlanProblem;
  readonly batches: Readonly<Record<'train' | 'valid', BatchTensors>>;
  /** By batch size. */
  readonly evaluations: ReadonlyMap<number, EvaluationProgram>;
}

export interface SearchPlanOptions {
  readonly space: ImageSpace;
  readonly config: SearchConfig;
  readonly image: ImageSize;
  readonly classes: number;
  /** Images to evaluate on. */
  readonly evaluated: number;
  readonly lowering?: NetworkForm['lowering'];
}

export function buildSearchPlan(options: SearchPlanOptions): SearchPlan {
  const { space, config, image, classes, evaluated } = options;
  const builder = new PlanBuilder();
  const batches = {
    train: declareBatch(builder, 'train', config.batch, image),
    valid: declareBatch(builder, 'valid', config.batch, image),
  };
  const network = { space, size: { channels: config.channels, cells: config.cells }, classes };
  const settings = optimizerSettings(config);
  const problem = new PlanProblem(builder, network, options.lowering ?? 'fused', batches, settings);
  const recorded = recordSteps(builder, problem, config);
  const evaluations = [...new Set(evaluationBatchSizes(evaluated, config.batch))].map((size) => {
    const program = `evaluate${size}`;
    const batch = declareBatch(builder, program, size, image);
    return [size, recordEvaluation(builder, program, batch, () => problem.evaluate(batch))] as const;
  });
  return { plan: builder.build(), builder, problem, batches, ...recorded, evaluations: new Map(evaluations) };
}

/** A search of images that is ready to start. */
export interface PreparedSearch {
  readonly kind: 'images';
  readonly space: ImageSpace;
  readonly config: ResolvedConfig;
  /** The training images and their split. */
  readonly data: SearchData;
  readonly searchPlan: SearchPlan;
  /** Weights of the supernet. */
  readonly parameters: number;
  readonly stepsPerEpoch: number;
}

/** Throws a `MixopError` where a split of the images is smaller than a batch. */
export function prepareImages(dataset: Dataset, space: ImageSpace, given: SearchConfig): PreparedSearch {
  const config = { ...given, augment: given.augment ?? defaultAugmentation(dataset) };
  const data = searchData(dataset, config);
  const { stepsPerEpoch } = searchBatches(data, config).train;
  const evaluated = data.validation.length;
  const searchPlan = buildSearchPlan({ space, config, image: dataset, classes: dataset.classes, evaluated });
  const parameters = searchPlan.problem.parameters.count();
  return { kind: 'images', space, config, data, searchPlan, parameters, stepsPerEpoch };
}
