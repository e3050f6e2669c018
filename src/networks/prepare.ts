// All of a training that comes before an executor and a run folder; writes nothing.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { fingerprint } from '../data/fingerprint.ts';
import { openData } from '../data/open.ts';
import { configFile, folderContent, refuseContent } from '../runs/folder-content.ts';
import type { JsonObject } from '../runs/json.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { requireKind } from '../runs/run-kind.ts';
import type { PartialCurve } from '../predictors/curves/forecast.ts';
import { checkStopping } from '../predictors/curves/stopping.ts';
import { overlay } from '../search/resolve.ts';
import { checkDerived, derivedNetwork } from '../supernet/derived-network.ts';
import { parseGenotype } from '../supernet/genotype/text.ts';
import { storedImageSpace } from '../supernet/spaces/stored.ts';
import { describeNetwork, makeCard, type NetworkCard } from './card.ts';
import { type RetrainConfig, type RetrainConfigInput, resolveRetrain } from './config.ts';
import { retrainData, type RetrainData } from './data.ts';
import { type NamedGenotype, readGenotype } from './genotype-source.ts';
import { retrainTask } from './open-training.ts';
import { buildRetrainPlan, type RetrainPlan } from './plan.ts';
import { trainingBatches } from './session.ts';
import { curvesBeside } from './stop-early.ts';

export interface RetrainSource {
  /** A published name, the folder of a run, a file or text; may be left out where a run is resumed. */
  readonly genotype?: string | NamedGenotype;
  /** The space of a text that could be of several. */
  readonly space?: string;
  /** Whatever is left out has the published value. */
  readonly config?: RetrainConfigInput;
  /** The run folder; without one nothing is saved. */
  readonly out?: string;
  /** Go on with the run in `out`; one that never began is begun. */
  readonly resume?: boolean;
  /** A run of the same training with another seed, from which a run that is begun takes what is left out. */
  readonly like?: string;
}

export interface PreparedRetrain {
  readonly genotype: NamedGenotype;
  readonly config: RetrainConfig;
  readonly card: NetworkCard;
  readonly data: RetrainData;
  readonly plan: RetrainPlan;
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  /** Curves of the trainings that `stopEarly.beside` names. */
  readonly beside: readonly PartialCurve[];
  /** What the run folder's configuration holds. */
  readonly stored: JsonObject;
}

/** Finds whatever can be wrong before the first step, as a `MixopError`. */
export async function prepareRetrain(source: RetrainSource): Promise<PreparedRetrain> {
  const { genotype, config } = await chosen(source);
  if (config.stopEarly) {
    checkStopping(config.stopEarly, 'stopEarly.first');
    if (config.evaluateEvery !== 1) {
      const problem = `${config.evaluateEvery} leaves gaps in the curve that stopEarly looks at`;
      throw new MixopError('config', 'evaluateEvery', problem, 'leave it out');
    }
  }
  const beside = await curvesBeside(config);
  const opened = await openData(config.data);
  const data = retrainData(opened, config);
  const { dataset } = data.train;
  const { normalisation } = data;
  const own = typeof source.genotype === 'object';
  const card = makeCard({ ...genotype, own, config, dataset, normalisation });
  const description = describeNetwork(card, genotype.name);
  checkDerived(description, card.image);
  const { stepsPerEpoch } = trainingBatches(data, config);
  const evaluated = data.heldOut.indices.length;
  const plan = buildRetrainPlan({
    network: derivedNetwork(description),
    config,
    image: card.image,
    evaluated,
  });
  const counted = plan.parameters.list().filter(({ name }) => !name.startsWith('auxiliary_head.'));
  const parameters = counted.reduce((sum, { tensor }) => sum + tensor.shape.reduce((a, b) => a * b, 1), 0);
  const network = { ...card, dataFingerprint: fingerprint(dataset) };
  const { evaluateEvery, ...settings } = config;
  // Absent where it is 1: runs that began before there was such a setting go on.
  const scarce = evaluateEvery !== 1 && { evaluateEvery };
  const stored = { ...settings, ...scarce, ...network, task: retrainTask } as unknown as JsonObject;
  return { genotype, config, card, data, plan, parameters, stepsPerEpoch, beside, stored };
}

/** The genotype and the configuration: given, or where a run is resumed those of the run. */
async function chosen(
  source: RetrainSource,
): Promise<{ readonly genotype: NamedGenotype; readonly config: RetrainConfig }> {
  const { out, resume, config: given = {} } = source;
  const content = out === undefined ? 'missing' : await folderContent(out);
  if (out !== undefined && resume !== true) refuseContent(out, content);
  const model = resume === true && content === 'run' ? out : source.like;
  if (model !== undefined) {
    const { config: stored } = await RunFolder.open(model);
    requireKind(model, stored, [retrainTask]);
    const keys = Object.keys(resolveRetrain({}));
    const own = Object.fromEntries(
      Object.entries(stored).filter(([key]) => keys.includes(key) || key === 'trainFraction'),
    );
    const config = resolveRetrain(overlay(own, given), join(model, configFile));
    const genotype = source.genotype === undefined ? storedGenotype(stored, model) : await named(source);
    return { genotype, config };
  }
  const genotype = await named(source);
  return { genotype, config: resolveRetrain(overlay(sizesOf(genotype), given)) };
}

async function named({ genotype, space }: RetrainSource): Promise<NamedGenotype> {
  if (genotype === undefined) {
    const remedy = 'name a published one, a run, a file or its text';
    throw new MixopError('usage', 'genotype', 'is missing', remedy);
  }
  return typeof genotype === 'string' ? readGenotype(genotype, space) : genotype;
}

function storedGenotype(stored: JsonObject, out: string): NamedGenotype {
  const place = join(out, configFile);
  const space = storedImageSpace(stored, place);
  const { genotype } = stored;
  if (typeof genotype === 'string')
    return { genotype: parseGenotype(genotype, space, place), space, name: out };
  throw new MixopError('data', `${place}: genotype`, 'is no text', 'restore the file from a copy');
}

/** The published numbers of channels and cells are those of DARTS; a benchmark has its own. */
function sizesOf({ space }: NamedGenotype): RetrainConfigInput {
  return space.skeleton.kind === 'stages' ? space.defaults : {};
}
