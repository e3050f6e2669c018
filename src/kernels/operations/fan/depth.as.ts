// The depthwise convolutions of a fan between the buffers of a thread's scratch memory.
import {
  axisStep,
  axisTaps,
  depthwiseTaps,
  depthwiseWeights,
  fillAxis,
} from '../../wasm/assembly/depthwise.as.ts';
import * as L from './layout.as.ts';

/** Taps that meet an output pixel: those outside are left out, except between columns of padded rows. */
function fillOutputAxes(kernel: i32, dilation: i32): void {
  fillAxis(L.rowAxis, L.outH, L.inH, kernel, dilation, L.stride, false);
  if (L.grouped) fillAxis(L.columnAxis, L.outW, L.inW, kernel, dilation, L.stride, false);
  else fillAxis(L.columnAxis, 1, 0, kernel, dilation, L.stride, false);
}

/** between = depthwise convolution of the source buffer. */
export function depthForward(weight: usize, kernel: i32, dilation: i32): void {
  fillOutputAxes(kernel, dilation);
  depthwiseTaps(
    L.source + L.pad * L.tilePixel,
    L.grouped ? L.inH * L.sourceRow : L.stride * L.tilePixel,
    L.sourceRow,
    L.tilePixel,
    L.sourceTile,
    L.between,
    L.grouped ? L.outH * L.plainRow : L.pixelBytes,
    L.plainRow,
    L.pixelBytes,
    weight,
    L.pitch,
    kernel,
    L.rowAxis,
    L.outH,
    L.columnAxis,
    L.grouped ? L.outW : 1,
    dilation,
    1,
    L.grouped ? L.group >> 2 : (L.outW + 3) >> 2,
    false,
  );
}

/** dx (+)= gradient of the convolution's input, from the gradient buffer. */
export function depthGradient(weight: usize, kernel: i32, dilation: i32, accumulate: bool): void {
  fillAxis(L.rowAxis, L.inH, L.outH, kernel, dilation, L.stride, true);
  if (L.grouped) fillAxis(L.columnAxis, L.inW, L.outW, kernel, dilation, L.stride, true);
  else fillAxis(L.columnAxis, L.stride, 0, kernel, dilation, L.stride, true);
  depthwiseTaps(
    L.gradient + L.pad * L.tilePixel,
    L.grouped ? L.outH * L.gradientRow : L.tilePixel,
    L.gradientRow,
    L.tilePixel,
    L.gradientTile,
    L.dx,
    L.grouped ? L.inH * L.dxRow : L.stride * L.pixelBytes,
    L.dxRow,
    L.pixelBytes,
    weight,
    L.pitch,
    kernel,
    L.rowAxis,
    L.inH,
    L.columnAxis,
    L.grouped ? L.inW : L.stride,
    axisStep(dilation, L.stride, true),
    axisTaps(dilation, L.stride, true),
    L.grouped ? L.group >> 2 : ((L.inW + L.stride - 1) / L.stride + 3) >> 2,
    accumulate,
  );
}

/** Adds the weights' gradient, from the source and gradient buffers. */
export function depthWeights(dweight: usize, kernel: i32, dilation: i32): void {
  fillOutputAxes(kernel, dilation);
  depthwiseWeights(
    L.source + L.pad * L.tilePixel,
    L.grouped ? L.inH * L.sourceRow : L.stride * L.tilePixel,
    L.sourceRow,
    L.tilePixel,
    L.sourceTile,
    L.gradient + L.pad * L.tilePixel,
    L.grouped ? L.outH * L.gradientRow : L.tilePixel,
    L.gradientRow,
    L.tilePixel,
    L.gradientTile,
    dweight,
    L.pitch,
    kernel,
    L.rowAxis,
    L.outH,
    L.columnAxis,
    L.grouped ? L.outW : 1,
    dilation,
    L.grouped ? L.group >> 2 : (L.outW + 3) >> 2,
  );
}
