// The library: what users import from 'mixop'. Nothing here writes to the terminal.

export { MixopError, type ErrorKind } from './base/errors.ts';

export { search, type SearchOptions, type SearchResult } from './search/search.ts';
export { prepareSearch } from './search/search.ts';
export type { PreparedTextSearch } from './search/text/plan.ts';
export type { PreparedSearch } from './search/images/plan.ts';
export { type DatasetSearchOptions, searchDataset } from './search/search-dataset.ts';
export type { SearchOutcome } from './search/run.ts';
export { searchSchema } from './search/config.ts';
export type { ResolvedConfig, SearchConfig, SearchConfigInput } from './search/config.ts';
export { type TextSearchConfig, type TextSearchConfigInput, textSearchSchema } from './search/text/config.ts';
export { resolveConfig } from './search/resolve.ts';
export type { EpochRecord, SearchProgress, SearchStart } from './search/events.ts';
export { retrain, type RetrainOptions, type RetrainResult } from './networks/retrain.ts';
export {
  transfer,
  type TransferConfig,
  type TransferOptions,
  type TransferResult,
} from './networks/transfer.ts';
export { retrainSeeds, type SeedsOptions, type SeedsResult } from './networks/retrain-seeds.ts';
export { evaluate, type EvaluateOptions, type EvaluateResult } from './networks/evaluate.ts';
export { compareCells, type CompareCellsOptions, type CompareCellsResult } from './networks/compare-cells.ts';
export { retrainSchema, type RetrainConfig, type RetrainConfigInput } from './networks/config.ts';
export type { RetrainProgress, RetrainStart } from './networks/events.ts';
export { type NamedGenotype, readGenotype } from './networks/genotype-source.ts';
export { type PublishedGenotype, publishedGenotypes } from './supernet/genotype/published.ts';
export { executorNames, type ExecutorName } from './engine/executors.ts';
export { version } from './engine/version.ts';

export { baseline } from './discrete-search/run.ts';
export type { BaselineOptions, BaselineResult } from './discrete-search/options.ts';
export type { BaselineConfig, BaselineConfigInput } from './discrete-search/config.ts';
export { strategies } from './discrete-search/strategies.ts';
export { decisionSpaceOf } from './engine/decision-space.ts';
export { runSearcher, startState } from './discrete-baselines/loop.ts';
export type { LoopEvent, LoopOptions, LoopState, Limits } from './discrete-baselines/loop.ts';
export type { Architecture, Decision, Encoding, DecisionSpace } from './discrete-baselines/architecture.ts';
export type { Evaluation, EvaluationRequest, Evaluator, Fidelity } from './discrete-baselines/evaluator.ts';
export type { Asked, Asking, Proposal, Searcher, Told } from './discrete-baselines/searcher.ts';

export { derive } from './supernet/derive.ts';
export { type AlphaMatrix, type Alphas, entropy } from './supernet/alphas.ts';
export type { CellGenotype, Genotype, GenotypeEdge, SkipCount } from './supernet/genotype/genotype.ts';
export { countSkips, skipCollapses } from './supernet/genotype/genotype.ts';
export { genotypeJson, genotypeText, parseGenotype } from './supernet/genotype/text.ts';
export { cellDot, drawCell } from './supernet/genotype/draw-cell.ts';

export { imageSpaces } from './supernet/spaces/named.ts';
export { dartsCnn } from './supernet/spaces/darts-cnn.ts';
export { pcDarts } from './supernet/spaces/pc-darts.ts';
export { dartsRnn, publishedRecurrentCells } from './supernet/spaces/darts-rnn.ts';
export { nasbench201 } from './supernet/spaces/nasbench201.ts';
export type { CellKind, DeriveRule, Edge, Skeleton, ImageSpace } from './supernet/space.ts';
export { edgesOf } from './supernet/space.ts';
export type { CandidateOperation, Layer, LayerStride } from './supernet/layers.ts';

export { openData } from './data/open.ts';
export type { Dataset, DataSource } from './data/dataset.ts';

export { listRuns, type RunSummary } from './runs/list-runs.ts';

export { progressiveSearch } from './discrete-baselines/strategies/progressive.ts';
export { blockFeatures, type BlockSettings, distinctBlocks } from './discrete-baselines/spaces/blocks.ts';
export { encoded, type FittedPredictor, type Prediction, type Predictor } from './predictors/predictor.ts';
export { forest } from './predictors/forest.ts';
export { gaussianProcess } from './predictors/gaussian-process.ts';
export { bitKernel } from './predictors/bit-kernel.ts';
export { lstmEnsemble } from './predictors/lstm-ensemble.ts';
export { networkEnsemble } from './predictors/network-ensemble.ts';
export { ridge } from './predictors/ridge.ts';
