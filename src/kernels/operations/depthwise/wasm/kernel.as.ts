// Depthwise convolution alone: what is lowered to primitives, as networks to be retrained are. The images of a group go
// through scratch memory, where their rows are padded. See definition.ts for the formulas.
import { depthForward, depthGradient, depthWeights } from '../../../wasm/assembly/depthwise-images.as.ts';
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import * as L from '../../../wasm/assembly/image-layout.as.ts';
import { zero } from '../../../wasm/assembly/norm.as.ts';
import { clearPadding, copyGradient, copyImages, copySource } from '../../../wasm/assembly/source.as.ts';

/** args: layout; kernel, dilation, x, weight, y. */
export function depthwiseForward(args: usize, chunk: i32): void {
  L.readLayout(args);
  const kernel = integer(args, L.LAYOUT_WORDS);
  const dilation = integer(args, L.LAYOUT_WORDS + 1);
  const x = pointer(args, L.LAYOUT_WORDS + 2);
  const weight = pointer(args, L.LAYOUT_WORDS + 3);
  const y = pointer(args, L.LAYOUT_WORDS + 4);
  clearPadding(false);
  const end = L.firstGroup(chunk + 1);
  for (let at = L.firstGroup(chunk); at < end; at++) {
    const valid = L.imagesIn(at);
    copySource(x + <usize>(at * L.group) * L.inH * L.inW * L.pixelBytes, valid);
    depthForward(weight, kernel, dilation);
    const to = y + <usize>(at * L.group) * L.outH * L.outW * L.pixelBytes;
    copyImages(L.between, L.plainRow, to, L.outH, L.outW, valid, false);
  }
}

/**
 * args: layout; kernel, dilation, x, weight, dy, dx, accumulate, partials. dx, partials: 0 where none is wanted; one
 * partial [k, k, pitch] of the weight's gradient a chunk.
 */
export function depthwiseBackward(args: usize, chunk: i32): void {
  L.readLayout(args);
  const kernel = integer(args, L.LAYOUT_WORDS);
  const dilation = integer(args, L.LAYOUT_WORDS + 1);
  const x = pointer(args, L.LAYOUT_WORDS + 2);
  const weight = pointer(args, L.LAYOUT_WORDS + 3);
  const dy = pointer(args, L.LAYOUT_WORDS + 4);
  const dx = pointer(args, L.LAYOUT_WORDS + 5);
  const accumulate = integer(args, L.LAYOUT_WORDS + 6) != 0;
  const partials = pointer(args, L.LAYOUT_WORDS + 7);
  const partialBytes = kernel * kernel * L.pixelBytes;
  const partial = partials + chunk * partialBytes;
  if (partials) zero(partial, partialBytes);
  clearPadding(true);
  const end = L.firstGroup(chunk + 1);
  for (let at = L.firstGroup(chunk); at < end; at++) {
    const valid = L.imagesIn(at);
    const xBytes = <usize>(at * L.group) * L.inH * L.inW * L.pixelBytes;
    copyGradient(dy + <usize>(at * L.group) * L.outH * L.outW * L.pixelBytes, valid);
    if (partials) {
      copySource(x + xBytes, valid);
      depthWeights(partial, kernel, dilation);
    }
    if (dx) {
      depthGradient(weight, kernel, dilation, false);
      copyImages(L.dx, L.dxRow, dx + xBytes, L.inH, L.inW, valid, accumulate);
    }
  }
}
