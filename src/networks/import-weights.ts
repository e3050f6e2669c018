// Imports weights that other programs trained: safetensors under the published code's names, checked against the network
// that the user names. The result has a card.

import { Graph, PlanBuilder } from '../kernels/graph.ts';
import { openData } from '../data/open.ts';
import { readBytes } from '../data/files.ts';
import { measureNormalisation, type Normalisation } from '../data/normalise.ts';
import { buildDerived, checkDerived } from '../supernet/derived-network.ts';
import { declareBatch } from '../supernet/problem/inputs.ts';
import { Parameters } from '../supernet/parameters.ts';
import { describeNetwork, makeCard } from './card.ts';
import { type RetrainConfigInput, resolveRetrain } from './config.ts';
import { allOf } from './data.ts';
import { readGenotype } from './genotype-source.ts';
import type { TrainedNetwork } from './trained.ts';
import { checkStateDict, decodeWeights } from './weights.ts';

interface ImportOptions {
  /** The safetensors file. */
  readonly file: string;
  /** A published name, the folder of a run, a file or text. */
  readonly genotype: string;
  readonly space?: string;
  /** Channels, cells, form and the data set of the network's images. */
  readonly config: Pick<RetrainConfigInput, 'data' | 'form' | 'channels' | 'cells'>;
  /** Normalisation in training; by default measured on the data's training part. */
  readonly normalisation?: Normalisation;
}

/** Throws a `MixopError` with tensor, shape and expected shape where the weights do not fit. */
export async function importWeights(options: ImportOptions): Promise<TrainedNetwork> {
  const { file } = options;
  const genotype = await readGenotype(options.genotype, options.space);
  const config = resolveRetrain(options.config);
  const { train: dataset } = await openData(config.data);
  const normalisation = options.normalisation ?? measureNormalisation(dataset, allOf(dataset).indices);
  const card = makeCard({ ...genotype, own: false, config, dataset, normalisation });
  const description = describeNetwork(card, genotype.name);
  checkDerived(description, card.image);
  const { weights } = decodeWeights(await readBytes(file), file);
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  builder.program('network', () => {
    const { images } = declareBatch(builder, 'network', 1, card.image);
    buildDerived(new Graph(builder, {}), parameters, description, images, 'evaluation');
  });
  checkStateDict(parameters, weights, file);
  const known = [...parameters.list(), ...parameters.buffers()].map(({ name }) => name);
  return { card, weights: new Map(known.map((name) => [name, weights.get(name)!])), file };
}
