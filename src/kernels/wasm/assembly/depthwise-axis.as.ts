// The axes of a depthwise convolution: which taps meet an output along rows or columns, and how far apart they are.

// An axis: for every output index of it (or its class modulo the stride) the taps that meet it.
// 4 words: taps, first source index, first tap, unused.
export const ENTRY: usize = 16;

/** Source indices from one tap to the next: forward they rise, in the gradient they fall. */
export function axisStep(dilation: i32, stride: i32, gradient: bool): i32 {
  if (!gradient) return dilation;
  return stride == 2 && (dilation & 1) == 0 ? -(dilation >> 1) : -dilation;
}

/** Taps from one that meets an output to the next: 2 where a stride of 2 leaves out every other one. */
export function axisTaps(dilation: i32, stride: i32, gradient: bool): i32 {
  return gradient && stride == 2 && (dilation & 1) != 0 ? 2 : 1;
}

/**
 * Fills `outputs` entries at `table`. Forward, source = i * stride - p + a * dilation; gradient, the inverse.
 * extent: of the source, whose taps beyond it are left out; 0: the source is padded, and no tap is left out. images:
 * the entries are repeated for so many images, which follow one another.
 */
export function fillAxis(
  table: usize,
  outputs: i32,
  extent: i32,
  kernel: i32,
  dilation: i32,
  stride: i32,
  gradient: bool,
  images: i32,
): void {
  const padding = (dilation * (kernel - 1)) >> 1;
  for (let i = 0; i < outputs; i++) {
    let count = 0;
    let first = 0;
    let tap = 0;
    for (let a = 0; a < kernel; a++) {
      let source = gradient ? i + padding - a * dilation : i * stride - padding + a * dilation;
      if (gradient && stride == 2) {
        if ((source & 1) != 0) continue;
        source >>= 1;
      }
      if (extent != 0 && (source < 0 || source >= extent)) continue;
      if (count == 0) {
        first = source;
        tap = a;
      }
      count++;
    }
    const entry = table + <usize>i * ENTRY;
    for (let image = 0; image < images; image++) {
      const to = entry + <usize>(image * outputs) * ENTRY;
      store<i32>(to, count);
      store<i32>(to, first + image * extent, 4);
      store<i32>(to, tap, 8);
    }
  }
}
