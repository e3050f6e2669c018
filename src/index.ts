// The library: what users import from 'mixop'. Nothing here writes to the terminal.

export { MixopError, type ErrorKind } from './base/errors.ts';

export { search, type SearchOptions, type SearchResult } from './search/search.ts';
export { prepareSearch, type PreparedSearch, type ResolvedConfig } from './search/search.ts';
export { searchSchema, type SearchConfig, type SearchConfigInput } from './search/config.ts';
export { resolveConfig } from './search/resolve.ts';
export type { EpochRecord, SearchProgress, SearchStart } from './search/events.ts';
export { executorNames, type ExecutorName } from './search/executors.ts';
export { version } from './search/version.ts';

export { derive } from './supernet/derive.ts';
export { type AlphaMatrix, type Alphas, entropy } from './supernet/alphas.ts';
export type { CellGenotype, Genotype, GenotypeEdge, SkipCount } from './supernet/genotype.ts';
export { countSkips, skipCollapses } from './supernet/genotype.ts';
export { genotypeJson, genotypeText, parseGenotype } from './supernet/genotype-text.ts';
export { cellDot, drawCell } from './supernet/draw-cell.ts';

export { spaces } from './search/spaces.ts';
export { dartsCnn } from './supernet/spaces/darts-cnn.ts';
export { nasbench201 } from './supernet/spaces/nasbench201.ts';
export type { CellSpace, DeriveRule, Edge, Skeleton, Space } from './supernet/space.ts';
export { edgesOf } from './supernet/space.ts';
export type { CandidateOperation, Layer, LayerStride } from './supernet/layers.ts';

export { openData } from './data/open.ts';
export type { Dataset, DataSource } from './data/dataset.ts';

export { listRuns, type RunSummary } from './runs/list-runs.ts';
