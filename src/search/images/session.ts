// A search of images on an executor: batches of a step, and the evaluation of the relaxed supernet on the validation
// images.

import type { Batches } from '../../data/batches.ts';
import { evaluateImages } from '../../engine/evaluate-images.ts';
import { writeBatch } from '../../engine/session.ts';
import type { Executor } from '../../kernels/executor.ts';
import { expandSkeleton } from '../../supernet/skeleton.ts';
import { stateArenas } from '../record-steps.ts';
import type { SearchRun } from '../run.ts';
import { PlanSearchSession } from '../session.ts';
import { searchBatches, type SearchData } from './data.ts';
import type { PreparedSearch, SearchPlan } from './plan.ts';
import type { ResolvedConfig } from '../config.ts';

export class ImageSearchSession extends PlanSearchSession {
  override readonly stepsPerEpoch: number;
  override readonly batch: number;
  private readonly searchPlan: SearchPlan;
  private readonly data: SearchData;
  private readonly batches: Readonly<Record<'train' | 'valid', Batches>>;

  constructor(
    executor: Executor,
    { searchPlan, data, config }: Pick<PreparedSearch, 'searchPlan' | 'data' | 'config'>,
  ) {
    super(executor, searchPlan, config, stateArenas);
    this.searchPlan = searchPlan;
    this.data = data;
    this.batch = config.batch;
    this.batches = searchBatches(data, config);
    this.stepsPerEpoch = this.batches.train.stepsPerEpoch;
  }

  protected override fill(epoch: number, step: number): void {
    for (const split of ['train', 'valid'] as const)
      writeBatch(this.executor, this.searchPlan.batches[split], this.batches[split].batch(epoch, step));
  }

  override evaluate(
    stopRequested: () => boolean,
  ): Promise<{ readonly loss: number; readonly accuracy: number } | undefined> {
    const { dataset, validation: indices, normalisation } = this.data;
    const images = { dataset, indices, normalisation };
    return evaluateImages(this.executor, this.searchPlan.evaluations, images, this.batch, { stopRequested });
  }
}

/** A prepared search of images on an executor, as `runSearch` takes it. */
export function imageSearch(prepared: PreparedSearch, executor: Executor): SearchRun<ResolvedConfig> {
  const { space, config, data, parameters } = prepared;
  const facts = {
    data: data.dataset.name,
    executor: executor.name,
    parameters,
    examples: 'images',
    trainExamples: data.train.length,
    validationExamples: data.validation.length,
  } as const;
  const warnings = kindsWithoutCell(prepared).map(
    (kind) => `a network of ${config.cells} cells has no ${kind} cell: its alphas are never trained`,
  );
  return { space, config, session: new ImageSearchSession(executor, prepared), facts, warnings };
}

/** Kinds of cell that the network has none of: DARTS's normal cell where both cells are reductions. */
function kindsWithoutCell({ space, config }: PreparedSearch): readonly string[] {
  const { blocks } = expandSkeleton(space.skeleton, { channels: config.channels, cells: config.cells });
  const present = new Set(blocks.map((block) => block.kind === 'cell' && block.cell));
  return Object.keys(space.cells).filter((kind) => !present.has(kind));
}
