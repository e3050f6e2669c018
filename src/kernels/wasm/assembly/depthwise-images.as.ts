// Depthwise convolutions of a group of images, between the buffers of a thread's scratch memory.
import { axisStep, axisTaps, fillAxis } from './depthwise-axis.as.ts';
import { depthwiseTaps } from './depthwise.as.ts';
import { depthwiseWeights } from './depthwise-weights.as.ts';
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

/** Taps that meet an output pixel: those outside are left out, except between columns of padded rows. */
function fillOutputAxes(kernel: i32, dilation: i32): void {
  fillAxis(L.rowAxis, L.outH, L.inH, kernel, dilation, L.stride, false, L.grouped ? 1 : L.group);
  if (L.grouped) fillAxis(L.columnAxis, L.outW, L.inW, kernel, dilation, L.stride, false, 1);
  else fillAxis(L.columnAxis, forwardClasses(dilation), 0, kernel, dilation, L.stride, false, 1);
}

/** between = depthwise convolution of the source buffer. */
export function depthForward(weight: usize, kernel: i32, dilation: i32): void {
  fillOutputAxes(kernel, dilation);
  const classes = forwardClasses(dilation);
  depthwiseTaps(
    L.source + L.pad * L.tilePixel,
    L.grouped ? L.inH * L.sourceRow : L.stride * classes * L.tilePixel,
    L.sourceRow,
    L.tilePixel,
    L.sourceTile,
    L.between,
    L.grouped ? L.outH * L.plainRow : classes * L.pixelBytes,
    L.plainRow,
    L.pixelBytes,
    weight,
    L.pitch,
    kernel,
    L.rowAxis,
    L.grouped ? L.outH : L.group * L.outH,
    L.columnAxis,
    L.grouped ? L.outW : classes,
    dilation,
    1,
    L.grouped ? L.group >> 2 : blocksOf(L.outW, classes),
    isWhole(classes),
    false,
  );
}

/** dx (+)= gradient of the convolution's input, from the gradient buffer. */
export function depthGradient(weight: usize, kernel: i32, dilation: i32, accumulate: bool): void {
  const classes = L.stride == 1 ? dilation : L.stride;
  fillAxis(L.rowAxis, L.inH, L.outH, kernel, dilation, L.stride, true, L.grouped ? 1 : L.group);
  if (L.grouped) fillAxis(L.columnAxis, L.inW, L.outW, kernel, dilation, L.stride, true, 1);
  else fillAxis(L.columnAxis, classes, 0, kernel, dilation, L.stride, true, 1);
  depthwiseTaps(
    L.gradient + L.pad * L.tilePixel,
    L.grouped ? L.outH * L.gradientRow : (classes / L.stride) * L.tilePixel,
    L.gradientRow,
    L.tilePixel,
    L.gradientTile,
    L.dx,
    L.grouped ? L.inH * L.dxRow : classes * L.pixelBytes,
    L.dxRow,
    L.pixelBytes,
    weight,
    L.pitch,
    kernel,
    L.rowAxis,
    L.grouped ? L.inH : L.group * L.inH,
    L.columnAxis,
    L.grouped ? L.inW : classes,
    axisStep(dilation, L.stride, true),
    axisTaps(dilation, L.stride, true),
    L.grouped ? L.group >> 2 : blocksOf(L.inW, classes),
    isWhole(classes),
    accumulate,
  );
}

/** Adds the weights' gradient, from the source and gradient buffers. */
export function depthWeights(dweight: usize, kernel: i32, dilation: i32): void {
  fillOutputAxes(kernel, dilation);
  const classes = forwardClasses(dilation);
  depthwiseWeights(
    L.source + L.pad * L.tilePixel,
    L.grouped ? L.inH * L.sourceRow : L.stride * classes * L.tilePixel,
    L.sourceRow,
    L.tilePixel,
    L.sourceTile,
    L.gradient + L.pad * L.tilePixel,
    L.grouped ? L.outH * L.gradientRow : classes * L.tilePixel,
    L.gradientRow,
    L.tilePixel,
    L.gradientTile,
    dweight,
    L.pitch,
    kernel,
    L.rowAxis,
    L.grouped ? L.outH : L.group * L.outH,
    L.columnAxis,
    L.grouped ? L.outW : classes,
    dilation,
    L.grouped ? L.group >> 2 : blocksOf(L.outW, classes),
    isWhole(classes),
  );
}
