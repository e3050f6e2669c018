// Forward of a fan: pools and first halves from its input, later halves from the half before, with partial sums of
// the outputs. The depthwise output of a group of images stays in scratch on its way into the 1x1 convolution.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { addMoments, zero } from '../../../wasm/assembly/norm.as.ts';
import { pointwise, setMatrix } from '../../../wasm/assembly/pointwise.as.ts';
import { depthForward } from '../../../wasm/assembly/depthwise-images.as.ts';
import { clearPadding, fillSource } from '../../../wasm/assembly/source.as.ts';
import { gather } from './input.as.ts';
import * as L from '../../../wasm/assembly/image-layout.as.ts';
import { poolForward } from './pools.as.ts';
import * as U from './unit.as.ts';

/** y (+)= `pixel` bytes a pixel of the between buffer times a matrix of `inputs` rows. */
function multiply(y: usize, at: i32, pixel: i32, matrix: usize, inputs: i32, accumulate: bool): void {
  const pixels = L.pixelsInLine(at);
  const line = L.lines == 1 ? 0 : (L.plainRow / L.pixelBytes) * pixel;
  setMatrix(matrix, L.pixelBytes, inputs, L.pitch);
  for (let i = 0, lines = L.linesIn(at); i < lines; i++) {
    const to = y + i * L.linePixels * L.pixelBytes;
    pointwise(L.between + i * line, pixel, to, L.pixelBytes, 64, pixels, accumulate);
  }
}

let filled: bool = false;

/** One unit on one group of images; `first`: the first group of a chunk. */
function forwardUnit(x: usize, at: i32, first: bool, share: i32): void {
  const valid = L.imagesIn(at);
  const group = <usize>(at * L.group);
  const from = (U.input ? U.input : x) + group * L.inH * L.inW * L.pixelBytes;
  const y = U.raw + group * L.outH * L.outW * L.pixelBytes;
  if (U.kind == U.SEPARABLE) {
    if (U.input || !filled) fillSource(from, U.inputScale(), valid);
    filled = U.input == 0;
    depthForward(U.depth, U.kernel, U.dilation);
    multiply(y, at, L.pixelBytes, U.matrix, L.channels, false);
  } else if (U.kind == U.DENSE) {
    const shift = U.kernel >> 1;
    for (let tap = 0; tap < U.kernel * U.kernel; tap++) {
      gather(from, tap / U.kernel - shift, (tap % U.kernel) - shift, L.between, L.pixelBytes, valid);
      const matrix = U.matrix + tap * L.channels * L.pixelBytes;
      multiply(y, at, L.pixelBytes, matrix, L.channels, tap > 0);
    }
  } else if (U.kind == U.REDUCE) {
    gather(from, 0, 0, L.between, L.pixelBytes << 1, valid);
    gather(from, 1, 1, L.between + L.pixelBytes, L.pixelBytes << 1, valid);
    multiply(y, at, L.pixelBytes << 1, U.matrix, L.pitch << 1, false);
  } else {
    poolForward(from, y, U.kind == U.AVERAGE_POOL, valid);
  }
  if (U.sums) {
    const sums = U.sums + share * (L.pitch << 4);
    if (first) zero(sums, L.pitch << 4);
    addMoments(y, valid * L.outH * L.outW, L.pitch, sums);
  }
}

/**
 * args: layout; x, units; then records of units. Units that have no input of their own read x. Chunks of this stage:
 * chunks of images x parts of the units.
 */
export function fanForward(args: usize, chunk: i32): void {
  L.readLayout(args);
  const x = pointer(args, L.LAYOUT_WORDS);
  const units = integer(args, L.LAYOUT_WORDS + 1);
  const records = L.LAYOUT_WORDS + 2;
  const part = chunk % L.parts;
  const share = chunk / L.parts;
  const last = U.firstUnit(part + 1, units);
  const start = L.firstGroup(share);
  const end = L.firstGroup(share + 1);
  clearPadding(false);
  let unit = U.firstUnit(part, units);
  U.readUnit(args, records, unit);
  if (U.input) {
    // Unit by unit: images of one tensor lie side by side, and the processor fetches ahead.
    for (; unit < last; unit++) {
      U.readUnit(args, records, unit);
      for (let at = start; at < end; at++) forwardUnit(x, at, at == start, share);
    }
    return;
  }
  const first = unit;
  for (let at = start; at < end; at++) {
    filled = false;
    for (unit = first; unit < last; unit++) {
      U.readUnit(args, records, unit);
      forwardUnit(x, at, at == start, share);
    }
  }
}
