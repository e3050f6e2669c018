// What pages import, as `mixop/browser`: a search of images in memory, on the processor or on WebGPU, and the cells that it
// derives. Nothing that it reaches needs Node.

export { MixopError, type ErrorKind } from './base/errors.ts';
export { type DatasetSearchOptions, searchDataset } from './search/search-dataset.ts';
export type { SearchOutcome } from './search/run.ts';
export type { EpochRecord, SearchProgress, SearchStart } from './search/events.ts';
export type { SearchConfig, SearchConfigInput } from './search/config.ts';
export { executorNames, type ExecutorName } from './engine/executors.ts';
export { imageSpaces } from './supernet/spaces/named.ts';
export { version } from './engine/version.ts';

export type { Dataset } from './data/dataset.ts';
export { parseDigits } from './data/formats/digits-csv.ts';

export type { Genotype } from './supernet/genotype/genotype.ts';
export { genotypeJson, genotypeText, parseGenotype } from './supernet/genotype/text.ts';
export { drawCell } from './supernet/genotype/draw-cell.ts';
export type { ImageSpace } from './supernet/space.ts';
