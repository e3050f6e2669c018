// The predictors by name, on the encodings of a cell space.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { Random } from '../../base/random.ts';
import type { Architecture, DecisionSpace } from '../../discrete-baselines/architecture.ts';
import { blockSettings, type BlockSpace } from '../../discrete-baselines/spaces/block-space.ts';
import { blockFeatures } from '../../discrete-baselines/spaces/blocks.ts';
import { tokensOf } from '../../discrete-baselines/tokens.ts';
import { liveEdges, outputStates } from '../../discrete-baselines/spaces/cell-encodings.ts';
import type { CellDecisionSpace } from '../../discrete-baselines/spaces/cell-space.ts';
import { bitKernel, type FeatureGroup } from '../../predictors/bit-kernel.ts';
import { bourgainKernel } from '../../predictors/bourgain-kernel.ts';
import { editDistance, type LayerNetwork, networkOfCell } from '../../predictors/edit-distance.ts';
import { type Bits, forest } from '../../predictors/forest.ts';
import { gaussianProcess } from '../../predictors/gaussian-process.ts';
import { lstmEnsemble } from '../../predictors/lstm-ensemble.ts';
import { naoPredictor } from '../../predictors/nao/predictor.ts';
import { encoded, type Predictor } from '../../predictors/predictor.ts';
import { networkEnsemble } from '../../predictors/network-ensemble.ts';
import { ridge } from '../../predictors/ridge.ts';
import type { ScoreFeatures } from './score-features.ts';

/** `scores`: in addition to the features of the space. */
type Maker = (space: DecisionSpace, scores?: ScoreFeatures) => Predictor<Architecture>;

const makers: Readonly<Record<string, Maker>> = {
  ridge: (space, scores) => onFeatures(space, scores, ridge),
  forest: (space, scores) => onFeatures(space, scores, forest()),
  networks: (space, scores) => onFeatures(space, scores, networkEnsemble()),
  'gp-hamming': (space, scores) => onBits(space, scores, 'hamming', edgeGroups(cells('gp-hamming', space))),
  'gp-path': (space, scores) => onBits(space, scores, 'path', pathGroups(cells('gp-path', space))),
  gp: (space, scores) =>
    isCellDecisionSpace(space)
      ? onBits(space, scores, 'hamming-path', [...edgeGroups(space), ...pathGroups(space)])
      : onBits(space, scores, 'hamming', [{ start: 0, end: width(space) }]),
  'gp-edit': (space) => {
    const cellSpace = cells('gp-edit', space);
    const kernel = bourgainKernel('edit', editDistance);
    return encoded(gaussianProcess(kernel), (architecture) => networkOf(cellSpace, architecture));
  },
  lstm: (space) => onTokens(space, lstmEnsemble),
  nao: (space) => onTokens(space, naoPredictor),
};

export const predictorNames: readonly string[] = Object.keys(makers);

/** They take no features, so none can be added. */
const withoutScores: ReadonlySet<string> = new Set(['gp-edit', 'lstm', 'nao']);

/** Those that take scores as features. */
export const scorePredictorNames: readonly string[] = predictorNames.filter(
  (name) => !withoutScores.has(name),
);

/**
 * A predictor by name; with `scores` it takes only architectures that have some. Throws a `MixopError` with the
 * near names for an unknown one, and for one that takes no scores.
 */
export function predictorNamed(
  name: string,
  space: DecisionSpace,
  scores?: ScoreFeatures,
): Predictor<Architecture> {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make !== undefined) {
    if (withoutScores.has(name)) refuseScores(name, scores);
    return { ...make(space, scores), name };
  }
  const near = nearNames(name, predictorNames);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  throw new MixopError(
    'config',
    'predictor',
    `"${name}" is not known`,
    `${hint}known: ${predictorNames.join(', ')}`,
  );
}

/** Surrogates of cells that grow by blocks (Liu et al. 2018, PNAS, section 3.3). */
export const blockSurrogates = ['networks', 'lstm'] as const;

/** Of a cell's blocks alone: networks on how often operations and sources occur, or LSTMs over the decisions. */
export function blockSurrogate(
  name: (typeof blockSurrogates)[number],
  space: BlockSpace,
): Predictor<Architecture> {
  if (name === 'lstm') return onTokens(space, lstmEnsemble);
  return encoded(networkEnsemble(), (cell) => blockFeatures(blockSettings(space), cell));
}

function refuseScores(predictor: string, scores: ScoreFeatures | undefined): void {
  if (scores === undefined) return;
  const problem = 'takes no features, and so no scores';
  const remedy = `take ${scorePredictorNames.join(', ')}`;
  throw new MixopError('config', `predictor ${predictor}`, problem, remedy);
}

function isCellDecisionSpace(space: DecisionSpace): space is CellDecisionSpace {
  return 'description' in space && 'edges' in space;
}

function cells(predictor: string, space: DecisionSpace): CellDecisionSpace {
  if (isCellDecisionSpace(space)) return space;
  const problem = `${space.name} has no cells`;
  throw new MixopError('config', `predictor ${predictor}`, problem, 'take gp, forest or ridge');
}

/**
 * 0/1: which operation sits on which edge, edges on no path left out, then which sequences lead to the output; or, of a
 * space without cells, every decision.
 */
export function features(space: DecisionSpace, architecture: Architecture): Bits {
  const names = isCellDecisionSpace(space) ? (['adjacency', 'path'] as const) : (['oneHot'] as const);
  return Uint8Array.from(names.flatMap((name) => [...space.encode(architecture, name)]));
}

function width(space: DecisionSpace): number {
  return features(space, space.sample(Random.fromSeed(0))).length;
}

function onFeatures(
  space: DecisionSpace,
  scores: ScoreFeatures | undefined,
  predictor: Predictor<Bits>,
): Predictor<Architecture> {
  return encoded(predictor, (architecture) => {
    const own = features(space, architecture);
    return scores === undefined
      ? own
      : Uint8Array.of(...Array.from(own), ...Array.from(scores.of(architecture)));
  });
}

function onBits(
  space: DecisionSpace,
  scores: ScoreFeatures | undefined,
  name: string,
  groups: readonly FeatureGroup[],
): Predictor<Architecture> {
  const from = width(space);
  const added = (scores?.groups ?? []).map(({ start, end }) => ({ start: from + start, end: from + end }));
  return onFeatures(space, scores, gaussianProcess(bitKernel(name, [...groups, ...added])));
}

function onTokens(
  space: DecisionSpace,
  predictorOf: (vocabulary: number) => Predictor<readonly number[]>,
): Predictor<Architecture> {
  const tokens = tokensOf(space);
  return encoded(predictorOf(tokens.vocabulary), (architecture) => tokens.of(architecture));
}

/** A group of features for each edge where every edge has an operation, else one for all edges. */
function edgeGroups(space: CellDecisionSpace): readonly FeatureGroup[] {
  const { operations, edgesPerNode } = space.description;
  const length = edgesLength(space);
  if (edgesPerNode !== 'all') return [{ start: 0, end: length }];
  return Array.from({ length: length / operations.length }, (_, edge) => ({
    start: edge * operations.length,
    end: (edge + 1) * operations.length,
  }));
}

function edgesLength({ description: { cells, operations } }: CellDecisionSpace): number {
  const edges = cells.map(({ inputs, nodes }) => nodes * inputs + (nodes * (nodes - 1)) / 2);
  return edges.reduce((sum, count) => sum + count, 0) * operations.length;
}

/** A group for the paths of each length where a single input leads to a single cell's output, else one for all paths. */
function pathGroups(space: CellDecisionSpace): readonly FeatureGroup[] {
  const { cells, operations, zero } = space.description;
  const kinds = operations.filter((name) => name !== zero).length;
  const start = edgesLength(space);
  const [cell] = cells;
  if (cells.length === 1 && cell!.inputs === 1) {
    const ends = Array.from({ length: cell!.nodes }, (_, i) => i + 1).map((length) => kinds ** length);
    return ends.map((size, i) => {
      const from = start + ends.slice(0, i).reduce((sum, before) => sum + before, 0);
      return { start: from, end: from + size };
    });
  }
  const all = cells.reduce((sum, { inputs, nodes }) => {
    for (let length = 1; length <= nodes; length++) sum += inputs * kinds ** length;
    return sum;
  }, 0);
  return [{ start, end: start + all }];
}

/** The cells one after the other, as one network. */
function networkOf(space: CellDecisionSpace, architecture: Architecture): LayerNetwork {
  const { cells, operations, identity } = space.description;
  const networks = space.edges(architecture).map((edges, index) => {
    const cell = cells[index]!;
    const live = liveEdges(space.description, cell, edges).map(({ from, node, operation }) => ({
      from,
      to: cell.inputs + node,
      kind: operations[operation] === identity ? undefined : operations[operation],
    }));
    return networkOfCell(cell.inputs, outputStates(cell), live);
  });
  return networks.reduce((all, { layers, skips }) => ({
    layers: [...all.layers, ...layers],
    skips: [...all.skips, ...skips.map(({ start, span }) => ({ start: start + all.layers.length, span }))],
  }));
}
