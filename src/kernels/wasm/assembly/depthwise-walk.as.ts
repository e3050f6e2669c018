// The walk of a depthwise convolution as globals of this thread: what is read, where the outputs lie, the filter, and
// the outputs that are visited. All distances are in bytes. depthwise-images.as.ts sets them before every walk; the
// kernels copy what their loops need into locals.

/** The tensor that the taps read: its first pixel, then from one position, row, column and tile to the next. */
export let src: usize = 0;
export let srcPosition: i32 = 0;
export let srcRow: i32 = 0;
export let srcColumn: i32 = 0;
/** A tile holds at most 16 channels: [rows, columns, 16]. */
export let srcTile: i32 = 0;

/** As src: the outputs, or the gradient of the outputs where the weights' gradient is computed. */
export let out: usize = 0;
export let outPosition: i32 = 0;
export let outRow: i32 = 0;
export let outColumn: i32 = 0;
export let outTile: i32 = 0;

/** Weights, or their gradient: [kernel, kernel, channels]. */
export let weight: usize = 0;
export let channels: i32 = 0;
export let kernel: i32 = 0;
export let tapBytes: i32 = 0;
/** From a tap that meets an output to the next one of the row, and of the column, in weight and in src. */
export let weightColumn: i32 = 0;
export let weightRow: i32 = 0;
export let stepColumn: i32 = 0;
export let stepRow: i32 = 0;
/** weightColumn for taps in rising order of the columns that they read. */
export let risingColumn: i32 = 0;

/** Axes (depthwise-axis.as.ts): the entries of all rows and columns that are visited. */
export let rowTable: usize = 0;
export let rows: i32 = 0;
export let columnTable: usize = 0;
export let columns: i32 = 0;
/** Blocks of 4 positions at every row and column. */
export let blocks: i32 = 0;
/** One or two blocks are all columns that src has, except for its padding. */
export let whole: bool = false;

export function setSource(address: usize, position: i32, row: i32, column: i32, tile: i32): void {
  src = address;
  srcPosition = position;
  srcRow = row;
  srcColumn = column;
  srcTile = tile;
}

export function setOutput(address: usize, position: i32, row: i32, column: i32, tile: i32): void {
  out = address;
  outPosition = position;
  outRow = row;
  outColumn = column;
  outTile = tile;
}

/** step: `axisStep`; taps: `axisTaps`. After `setSource`. */
export function setFilter(address: usize, channelPitch: i32, kernelSize: i32, step: i32, taps: i32): void {
  weight = address;
  channels = channelPitch;
  kernel = kernelSize;
  tapBytes = channels << 2;
  weightColumn = taps * tapBytes;
  weightRow = weightColumn * kernel;
  stepColumn = step * srcColumn;
  stepRow = step * srcRow;
  risingColumn = stepColumn < 0 ? -weightColumn : weightColumn;
}

export function setPositions(
  rowAxis: usize,
  rowCount: i32,
  columnAxis: usize,
  columnCount: i32,
  blockCount: i32,
  isWhole: bool,
): void {
  rowTable = rowAxis;
  rows = rowCount;
  columnTable = columnAxis;
  columns = columnCount;
  blocks = blockCount;
  whole = isWhole;
}

/** Whether a position is as far from the next as a tap is: then `rowTaps` and `rowWeights` read every column once. */
// @ts-ignore: decorator
@inline
export function sharesColumns(): bool {
  return srcPosition == (stepColumn < 0 ? -stepColumn : stepColumn);
}
