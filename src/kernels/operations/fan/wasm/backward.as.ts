// Backward of a fan. The gradient of a half's raw output is computed as it is loaded, from its term's deferred gradient; the
// depthwise output is computed again where the 1x1 convolution's weights need it. Later halves leave the gradient of
// their normalised input and its sums; then all that reads the fan's input adds to one dx.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { addLanes, zero } from '../../../wasm/assembly/norm.as.ts';
import { pointwise, pointwiseWeights, setMatrix } from '../../../wasm/assembly/pointwise.as.ts';
import { depthForward, depthGradient, depthWeights } from '../../../wasm/assembly/depthwise-images.as.ts';
import { fillDRaw } from './deferred.as.ts';
import { clearPadding, copyImages, fillSource } from '../../../wasm/assembly/source.as.ts';
import { gather, scatter } from './input.as.ts';
import * as L from '../../../wasm/assembly/image-layout.as.ts';
import { poolBackward } from './pools.as.ts';
import * as U from './unit.as.ts';

/** to = dRaw times a (transposed) matrix; rows of `toRow` bytes, tiles as of the gradient buffer or none. */
function multiplyDRaw(matrix: usize, outputs: i32, to: usize, toPixel: i32, toRow: i32, toTile: i32): void {
  const together = L.grouped;
  const lines = together ? 1 : L.group * L.outH;
  const pixels = together ? L.group * L.outH * L.outW : L.outW;
  setMatrix(matrix, outputs << 2, L.channels, outputs);
  for (let i = 0; i < lines; i++) {
    pointwise(L.dRaw + i * L.plainRow, L.pixelBytes, to + i * toRow, toPixel, toTile, pixels, false);
  }
}

/** Adds between^T * dRaw to a matrix's partial gradient. */
function addMatrix(partial: usize, pixel: i32, inputs: i32): void {
  const line = L.lines == 1 ? 0 : (L.plainRow / L.pixelBytes) * pixel;
  for (let i = 0; i < L.lines; i++) {
    pointwiseWeights(
      L.between + i * line,
      pixel,
      L.dRaw + i * L.plainRow,
      L.pixelBytes,
      partial,
      L.pixelBytes,
      inputs,
      L.pitch,
      L.linePixels,
    );
  }
}

/** Clears the part of the partial gradients that belongs to a chunk. */
function clearPartials(share: i32): void {
  const depthStride = U.kernel * U.kernel * L.pixelBytes;
  if (U.depthPartials) zero(U.depthPartials + share * depthStride, depthStride);
  if (U.matrixPartials) zero(U.matrixPartials + share * U.matrixStride, U.matrixStride);
}

/** A half of ReLU, depthwise, 1x1: from dRaw to (+)= dx, and to the weights' partial gradients. */
function separable(share: i32, wantsDx: bool, accumulate: bool): void {
  multiplyDRaw(
    U.matrix,
    L.pitch,
    L.gradient + L.pad * L.tilePixel,
    L.tilePixel,
    L.gradientRow,
    L.gradientTile,
  );
  if (U.matrixPartials) {
    depthForward(U.depth, U.kernel, U.dilation);
    addMatrix(U.matrixPartials + share * U.matrixStride, L.pixelBytes, L.pitch);
    depthWeights(U.depthPartials + share * U.kernel * U.kernel * L.pixelBytes, U.kernel, U.dilation);
  }
  if (wantsDx) depthGradient(U.depth, U.kernel, U.dilation, accumulate);
}

/** Later halves. args: layout; x (unused), units; records. Leaves dinput = mask * dx and its sums. */
export function fanBackwardLater(args: usize, chunk: i32): void {
  L.readLayout(args);
  const units = integer(args, L.LAYOUT_WORDS + 1);
  const records = L.LAYOUT_WORDS + 2;
  const share = chunk / L.parts;
  const first = U.firstUnit(chunk % L.parts, units);
  const last = U.firstUnit((chunk % L.parts) + 1, units);
  const sumBytes = L.pitch << 4;
  clearPadding(true);
  const start = L.firstGroup(share);
  const end = L.firstGroup(share + 1);
  // Unit by unit: images of one tensor lie side by side, and the processor fetches ahead.
  for (let unit = first; unit < last; unit++) {
    U.readUnit(args, records, unit);
    clearPartials(share);
    zero(U.sums + share * sumBytes, sumBytes);
    for (let at = start; at < end; at++) {
      const valid = L.imagesIn(at);
      const bytes = <usize>(at * L.group) * L.outH * L.outW * L.pixelBytes;
      fillDRaw(args, at, bytes);
      if (U.matrixPartials) fillSource(U.input + bytes, U.inputScale(), valid);
      separable(share, true, false);
      maskNormalised(U.input + bytes, U.dinput + bytes, valid, U.sums + share * sumBytes);
    }
  }
}

/** to = dx where the normalised input is above zero; adds it, and it times the normalised input, to sums. */
function maskNormalised(x: usize, to: usize, valid: i32, sums: usize): void {
  const together = L.dxRow == L.inW * L.pixelBytes;
  const lines = together ? 1 : valid * L.inH;
  const pixels = together ? valid * L.inH * L.inW : L.inW;
  const scale = U.inputScale();
  for (let line = 0; line < lines; line++) {
    const offset = line * L.inW * L.pixelBytes;
    // Float32 over at most 256 pixels.
    for (let first = 0; first < pixels; first += 256) {
      const at = first * L.pixelBytes;
      const from = L.dx + line * L.dxRow + at;
      maskSome(x + offset + at, from, to + offset + at, min(256, pixels - first), scale, sums);
    }
  }
}

function maskSome(x: usize, from: usize, to: usize, pixels: i32, scale: usize, sums: usize): void {
  const bytes = L.pixelBytes;
  const nothing = f32x4.splat(0);
  for (let c = 0; c < bytes; c += 16) {
    const factor = v128.load(scale + c);
    const shift = v128.load(scale + bytes + c);
    const mean = v128.load(U.inputStatistics + c);
    let p = x + c;
    let q = from + c;
    let r = to + c;
    let sumDy = nothing;
    let sumDyXhat = nothing;
    for (let i = pixels; i > 0; i--) {
      const value = v128.load(p);
      const open = f32x4.gt(f32x4.add(f32x4.mul(value, factor), shift), nothing);
      const gradient = v128.and(open, v128.load(q));
      v128.store(r, gradient);
      sumDy = f32x4.add(sumDy, gradient);
      sumDyXhat = f32x4.add(sumDyXhat, f32x4.mul(gradient, f32x4.sub(value, mean)));
      p += bytes;
      q += bytes;
      r += bytes;
    }
    addLanes(sums + (c << 1), sumDy);
    addLanes(sums + ((bytes + c) << 1), f32x4.mul(factor, sumDyXhat));
  }
}

/** dx where x is above zero, in place. */
function maskInput(x: usize, valid: i32): void {
  const nothing = f32x4.splat(0);
  for (let line = 0; line < valid * L.inH; line++) {
    let p = x + line * L.inW * L.pixelBytes;
    let q = L.dx + line * L.dxRow;
    for (let i = L.inW * L.pixelBytes; i > 0; i -= 16) {
      v128.store(q, v128.and(f32x4.gt(v128.load(p), nothing), v128.load(q)));
      p += 16;
      q += 16;
    }
  }
}

/**
 * All that reads the fan's input. args: layout; x, units, dx, accumulate, partial dx by part (0: straight to dx);
 * records, branches before pools before identities.
 */
export function fanBackward(args: usize, chunk: i32): void {
  L.readLayout(args);
  const x = pointer(args, L.LAYOUT_WORDS);
  const units = integer(args, L.LAYOUT_WORDS + 1);
  const dx = pointer(args, L.LAYOUT_WORDS + 2);
  const accumulate = integer(args, L.LAYOUT_WORDS + 3) != 0;
  const partials = pointer(args, L.LAYOUT_WORDS + 4);
  const records = L.LAYOUT_WORDS + 5;
  const part = chunk % L.parts;
  const share = chunk / L.parts;
  const first = U.firstUnit(part, units);
  const last = U.firstUnit(part + 1, units);
  const target = partials ? partials + <usize>part * L.images * L.inH * L.inW * L.pixelBytes : dx;
  clearPadding(true);
  const groups = L.firstGroup(share + 1);
  for (let at = L.firstGroup(share); at < groups; at++) {
    const valid = L.imagesIn(at);
    const xBytes = <usize>(at * L.group) * L.inH * L.inW * L.pixelBytes;
    const yBytes = <usize>(at * L.group) * L.outH * L.outW * L.pixelBytes;
    const from = x + xBytes;
    let filled = false;
    let written = false;
    let masked = false;
    for (let unit = first; unit < last; unit++) {
      U.readUnit(args, records, unit);
      const convolves = U.kind == U.SEPARABLE || U.kind == U.DENSE || U.kind == U.REDUCE;
      if (convolves && at == L.firstGroup(share)) clearPartials(share);
      if (!convolves && !masked) {
        if (written) maskInput(from, valid);
        masked = true;
      }
      if (!written && U.kind != U.SEPARABLE && dx) {
        zero(L.dx, L.group * L.inH * L.dxRow);
        written = true;
      }
      if (U.kind == U.IDENTITY) {
        if (dx) addIdentities(args, xBytes, valid);
        continue;
      }
      if (!convolves && !dx) continue;
      fillDRaw(args, at, yBytes);
      if (U.kind == U.SEPARABLE) {
        if (U.matrixPartials && !filled) {
          fillSource(from, 0, valid);
          filled = true;
        }
        separable(share, dx != 0, written);
        written = true;
      } else if (U.kind == U.DENSE) {
        dense(share, from, valid, dx != 0);
      } else if (U.kind == U.REDUCE) {
        reduce(share, from, valid, dx != 0);
      } else {
        poolBackward(from, U.raw + yBytes, L.dRaw, U.kind == U.AVERAGE_POOL, valid);
      }
    }
    if (dx) {
      if (!masked && written) maskInput(from, valid);
      if (!written) zero(L.dx, L.group * L.inH * L.dxRow);
      copyImages(L.dx, L.dxRow, target + xBytes, L.inH, L.inW, valid, accumulate && partials == 0);
    }
  }
}

function dense(share: i32, x: usize, valid: i32, wantsDx: bool): void {
  const shift = U.kernel >> 1;
  for (let tap = 0; tap < U.kernel * U.kernel; tap++) {
    const row = tap / U.kernel - shift;
    const column = (tap % U.kernel) - shift;
    if (U.matrixPartials) {
      gather(x, row, column, L.between, L.pixelBytes, valid);
      const partial = U.matrixPartials + share * U.matrixStride + tap * L.channels * L.pixelBytes;
      addMatrix(partial, L.pixelBytes, L.pitch);
    }
    if (wantsDx) {
      const matrix = U.matrix + tap * L.pitch * L.pixelBytes;
      multiplyDRaw(matrix, L.pitch, L.between, L.pixelBytes, L.plainRow, 64);
      scatter(row, column, L.between, L.pixelBytes, valid);
    }
  }
}

function reduce(share: i32, x: usize, valid: i32, wantsDx: bool): void {
  const pixel = L.pixelBytes << 1;
  if (U.matrixPartials) {
    gather(x, 0, 0, L.between, pixel, valid);
    gather(x, 1, 1, L.between + L.pixelBytes, pixel, valid);
    addMatrix(U.matrixPartials + share * U.matrixStride, pixel, L.pitch << 1);
  }
  if (wantsDx) {
    multiplyDRaw(U.matrix, L.pitch << 1, L.between, pixel, L.plainRow << 1, 64);
    scatter(0, 0, L.between, pixel, valid);
    scatter(1, 1, L.between + L.pixelBytes, pixel, valid);
  }
}

/** dx += mix * dy for every edge that passes x on (stride 1). */
function addIdentities(args: usize, bytes: usize, valid: i32): void {
  for (let i = 0; i < U.deferredGradients; i++) {
    const word = U.firstDeferred + 4 * i;
    const dy = pointer(args, word) + bytes;
    const mix = pointer(args, word + 1);
    const factor = f32x4.splat(mix ? load<f32>(mix) : 1);
    for (let line = 0; line < valid * L.inH; line++) {
      let p = dy + line * L.inW * L.pixelBytes;
      let q = L.dx + line * L.dxRow;
      for (let j = L.inW * L.pixelBytes; j > 0; j -= 16) {
        v128.store(q, f32x4.add(v128.load(q), f32x4.mul(factor, v128.load(p))));
        p += 16;
        q += 16;
      }
    }
  }
}

const SUM_ELEMENTS: i32 = 4096;

/** dx (+)= the sum of the parts' dx, in their order. args: partials, parts, elements, dx, accumulate. */
export function fanSumParts(args: usize, chunk: i32): void {
  const elements = integer(args, 2);
  const stride = <usize>elements << 2;
  const start = <usize>(chunk * SUM_ELEMENTS) << 2;
  const end = <usize>min((chunk + 1) * SUM_ELEMENTS, elements) << 2;
  const parts = integer(args, 1);
  const dx = pointer(args, 3);
  const accumulate = integer(args, 4);
  for (let at = start; at < end; at += 16) {
    let p = pointer(args, 0) + at;
    let sum = accumulate ? v128.load(dx + at) : f32x4.splat(0);
    for (let i = 0; i < parts; i++) {
      sum = f32x4.add(sum, v128.load(p));
      p += stride;
    }
    v128.store(dx + at, sum);
  }
}
