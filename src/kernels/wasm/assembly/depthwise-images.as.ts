// Depthwise convolutions of a group of images, between the buffers of a thread's scratch memory.
import { axisStep, axisTaps, fillAxis } from './depthwise-axis.as.ts';
import { depthwiseTaps } from './depthwise.as.ts';
import { depthwiseWeights } from './depthwise-weights.as.ts';
import * as W from './depthwise-walk.as.ts';
import * as L from './image-layout.as.ts';

// Rows that are not grouped are walked in classes of columns, so that from a position to the next the source advances
// as it does from tap to tap: at stride 1 a class for every residue modulo the dilation.

/** Classes of output columns, forward. */
// @ts-ignore: decorator
@inline
function forwardClasses(dilation: i32): i32 {
  return L.stride == 1 ? dilation : 1;
}

/** Whether one or two blocks are all columns of a class, of the input as of the output. */
// @ts-ignore: decorator
@inline
function isWhole(classes: i32): bool {
  return !L.grouped && L.stride == 1 && (L.outW == 4 * classes || L.outW == 8 * classes);
}

/** Blocks of 4 positions that cover the columns of every class. */
// @ts-ignore: decorator
@inline
function blocksOf(width: i32, classes: i32): i32 {
  return ((width + classes - 1) / classes + 3) >> 2;
}

/** The source buffer and the positions of the outputs, for forward and the weights' gradient. */
function walkOutputs(kernel: i32, dilation: i32): void {
  const classes = forwardClasses(dilation);
  fillAxis(L.rowAxis, L.outH, L.inH, kernel, dilation, L.stride, false, L.grouped ? 1 : L.group);
  if (L.grouped) fillAxis(L.columnAxis, L.outW, L.inW, kernel, dilation, L.stride, false, 1);
  else fillAxis(L.columnAxis, classes, 0, kernel, dilation, L.stride, false, 1);
  const position = L.grouped ? L.inH * L.sourceRow : L.stride * classes * L.tilePixel;
  W.setSource(L.source + L.pad * L.tilePixel, position, L.sourceRow, L.tilePixel, L.sourceTile);
  walkPositions(L.outH, L.outW, classes);
}

/** The rows and columns of the axes: of one image where images are grouped, else of all images of the group. */
function walkPositions(height: i32, width: i32, classes: i32): void {
  const rows = L.grouped ? height : L.group * height;
  const columns = L.grouped ? width : classes;
  const blocks = L.grouped ? L.group >> 2 : blocksOf(width, classes);
  W.setPositions(L.rowAxis, rows, L.columnAxis, columns, blocks, isWhole(classes));
}

/** between = depthwise convolution of the source buffer. */
export function depthForward(weight: usize, kernel: i32, dilation: i32): void {
  walkOutputs(kernel, dilation);
  const position = L.grouped ? L.outH * L.plainRow : forwardClasses(dilation) * L.pixelBytes;
  W.setOutput(L.between, position, L.plainRow, L.pixelBytes, 64);
  W.setFilter(weight, L.pitch, kernel, dilation, 1);
  depthwiseTaps(false);
}

/** dx (+)= gradient of the convolution's input, from the gradient buffer. */
export function depthGradient(weight: usize, kernel: i32, dilation: i32, accumulate: bool): void {
  const classes = L.stride == 1 ? dilation : L.stride;
  fillAxis(L.rowAxis, L.inH, L.outH, kernel, dilation, L.stride, true, L.grouped ? 1 : L.group);
  if (L.grouped) fillAxis(L.columnAxis, L.inW, L.outW, kernel, dilation, L.stride, true, 1);
  else fillAxis(L.columnAxis, classes, 0, kernel, dilation, L.stride, true, 1);
  const from = L.grouped ? L.outH * L.gradientRow : (classes / L.stride) * L.tilePixel;
  W.setSource(L.gradient + L.pad * L.tilePixel, from, L.gradientRow, L.tilePixel, L.gradientTile);
  const to = L.grouped ? L.inH * L.dxRow : classes * L.pixelBytes;
  W.setOutput(L.dx, to, L.dxRow, L.pixelBytes, 64);
  W.setFilter(weight, L.pitch, kernel, axisStep(dilation, L.stride, true), axisTaps(dilation, L.stride, true));
  walkPositions(L.inH, L.inW, classes);
  depthwiseTaps(accumulate);
}

/** Adds the weights' gradient, from the source and gradient buffers. */
export function depthWeights(dweight: usize, kernel: i32, dilation: i32): void {
  walkOutputs(kernel, dilation);
  const position = L.grouped ? L.outH * L.gradientRow : forwardClasses(dilation) * L.tilePixel;
  W.setOutput(L.gradient + L.pad * L.tilePixel, position, L.gradientRow, L.tilePixel, L.gradientTile);
  W.setFilter(dweight, L.pitch, kernel, dilation, 1);
  depthwiseWeights();
}
