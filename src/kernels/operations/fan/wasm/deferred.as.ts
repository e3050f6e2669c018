// The gradient of a half's raw output, computed from the deferred gradients of its term: batch norm's backward on load.
import { pointer } from '../../../wasm/assembly/elements.as.ts';
import { zero } from '../../../wasm/assembly/norm.as.ts';
import * as L from '../../../wasm/assembly/image-layout.as.ts';
import * as U from './unit.as.ts';

/** Coefficients of a deferred gradient: A * dy + B * x + D, each [pitch], or A * dy where nothing normalises. */
function fillDeferred(mix: usize, sumDys: usize, sumDyXhat: usize): void {
  const a: f64 = mix ? <f64>load<f32>(mix) : 1;
  const pixels = <f64>(L.images * L.outH * L.outW);
  for (let c = 0; c < L.pixelBytes; c += 4) {
    const at = L.coefficients + c;
    if (U.statistics) {
      const inverse = <f64>load<f32>(U.statistics + L.pixelBytes + c);
      const scale = a * inverse;
      store<f32>(at, <f32>scale);
      const slope = (-scale * inverse * <f64>load<f32>(sumDyXhat + c)) / pixels;
      const shift = (-scale * <f64>load<f32>(sumDys + c)) / pixels;
      store<f32>(at + L.pixelBytes, <f32>slope);
      store<f32>(at + 2 * L.pixelBytes, <f32>(shift - slope * <f64>load<f32>(U.statistics + c)));
    } else {
      store<f32>(at, <f32>a);
    }
  }
}

/** to (+)= the deferred gradient, over pixels side by side. */
function addDeferred(dy: usize, x: usize, to: usize, pixels: i32, accumulate: bool): void {
  if (!U.statistics) addScaled(dy, to, pixels, accumulate);
  else if (accumulate) addNormalised(dy, x, to, pixels, true);
  else addNormalised(dy, x, to, pixels, false);
}

/** to (+)= A * dy + B * x + D, 8 channels at a time: their coefficients stay in registers. */
// @ts-ignore: decorator
@inline
function addNormalised(dy: usize, x: usize, to: usize, pixels: i32, accumulate: bool): void {
  const bytes = L.pixelBytes;
  for (let c = 0; c < bytes; c += 32) {
    const at = L.coefficients + c;
    const second = c + 16 < bytes;
    const a0 = v128.load(at), b0 = v128.load(at + bytes), d0 = v128.load(at + 2 * bytes);
    let p = dy + c;
    let q = x + c;
    let r = to + c;
    if (second) {
      const a1 = v128.load(at, 16), b1 = v128.load(at + bytes, 16), d1 = v128.load(at + 2 * bytes, 16);
      for (let i = pixels; i > 0; i--) {
        let left = f32x4.add(f32x4.mul(a0, v128.load(p)), f32x4.add(f32x4.mul(b0, v128.load(q)), d0));
        let right = f32x4.add(f32x4.mul(a1, v128.load(p, 16)), f32x4.add(f32x4.mul(b1, v128.load(q, 16)), d1));
        if (accumulate) {
          left = f32x4.add(left, v128.load(r));
          right = f32x4.add(right, v128.load(r, 16));
        }
        v128.store(r, left);
        v128.store(r, right, 16);
        p += bytes;
        q += bytes;
        r += bytes;
      }
    } else {
      for (let i = pixels; i > 0; i--) {
        let value = f32x4.add(f32x4.mul(a0, v128.load(p)), f32x4.add(f32x4.mul(b0, v128.load(q)), d0));
        if (accumulate) value = f32x4.add(value, v128.load(r));
        v128.store(r, value);
        p += bytes;
        q += bytes;
        r += bytes;
      }
    }
  }
}

/** to (+)= A * dy. */
function addScaled(dy: usize, to: usize, pixels: i32, accumulate: bool): void {
  const a = v128.load(L.coefficients);
  for (let at = 0, end = pixels * L.pixelBytes; at < end; at += 16) {
    const value = f32x4.mul(a, v128.load(dy + at));
    v128.store(to + at, accumulate ? f32x4.add(value, v128.load(to + at)) : value);
  }
}

/** The dRaw buffer = the sum of the unit's deferred gradients. */
export function fillDRaw(args: usize, at: i32, yBytes: usize): void {
  const pixels = L.pixelsInLine(at);
  const lineBytes = L.linePixels * L.pixelBytes;
  for (let i = 0; i < U.deferredGradients; i++) {
    const word = U.firstDeferred + 4 * i;
    fillDeferred(pointer(args, word + 1), pointer(args, word + 2), pointer(args, word + 3));
    const dy = pointer(args, word) + yBytes;
    const x = U.raw + yBytes;
    for (let line = 0, lines = L.linesIn(at); line < lines; line++) {
      addDeferred(dy + line * lineBytes, x + line * lineBytes, L.dRaw + line * L.plainRow, pixels, i > 0);
    }
  }
  const rows = L.imagesIn(at) * L.outH;
  zero(L.dRaw + rows * L.plainRow, (L.group * L.outH - rows) * L.plainRow);
}
