// Depthwise rows whose taps and positions advance by the same distance: a column of the source is loaded once for all
// taps that meet it. 8 or 4 positions of 4 channels are in registers, with a row of 5 or 3 taps beside them.
// Unrolled by hand, since nothing else keeps the sums in registers. whole: the positions are all columns that there are,
// and the padding beside them is not read. five, eight and whole are constants of the callers, so that the compiler
// drops what they rule out. depthwise-naive.as.ts has the same sums in plain loops.
import * as W from './depthwise-walk.as.ts';

// @ts-ignore: decorator
@inline
function madd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** out[i] (+)= sum over `rows` rows of taps of src * weight, for 8 or 4 positions i from `dst`. */
// @ts-ignore: decorator
@inline
export function rowTaps(
  five: bool,
  eight: bool,
  whole: bool,
  src: usize,
  weight: usize,
  dst: usize,
  rows: i32,
  accumulate: bool,
): void {
  const step = W.srcPosition;
  const srcRow = W.stepRow;
  const weightRow = W.weightRow;
  const weightColumn = W.risingColumn;
  const dstPosition = W.outPosition;
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  if (accumulate) {
    let to = dst;
    a = v128.load(to);
    to += dstPosition;
    b = v128.load(to);
    to += dstPosition;
    c = v128.load(to);
    to += dstPosition;
    d = v128.load(to);
    if (eight) {
      to += dstPosition;
      e = v128.load(to);
      to += dstPosition;
      f = v128.load(to);
      to += dstPosition;
      g = v128.load(to);
      to += dstPosition;
      h = v128.load(to);
    }
  }
  for (; rows > 0; rows--) {
    let p = whole ? src + (five ? 2 : 1) * step : src;
    let q = weight;
    const w0 = v128.load(q);
    q += weightColumn;
    const w1 = v128.load(q);
    q += weightColumn;
    const w2 = v128.load(q);
    const w3 = five ? v128.load(q + weightColumn) : w2;
    const w4 = five ? v128.load(q + 2 * weightColumn) : w2;
    let x = f32x4.splat(0);
    if (!whole) {
      x = v128.load(p);
      p += step;
      a = madd(a, w0, x);
    }
    if (!(whole && five)) {
      x = v128.load(p);
      p += step;
      b = madd(b, w0, x);
      a = madd(a, w1, x);
    }
    x = v128.load(p);
    p += step;
    c = madd(c, w0, x);
    b = madd(b, w1, x);
    a = madd(a, w2, x);
    x = v128.load(p);
    p += step;
    d = madd(d, w0, x);
    c = madd(c, w1, x);
    b = madd(b, w2, x);
    if (five) a = madd(a, w3, x);
    x = v128.load(p);
    p += step;
    if (eight) e = madd(e, w0, x);
    d = madd(d, w1, x);
    c = madd(c, w2, x);
    if (five) {
      b = madd(b, w3, x);
      a = madd(a, w4, x);
    }
    if (five || eight || !whole) {
      x = v128.load(p);
      p += step;
      if (eight) {
        f = madd(f, w0, x);
        e = madd(e, w1, x);
      }
      d = madd(d, w2, x);
      if (five) {
        c = madd(c, w3, x);
        b = madd(b, w4, x);
      }
    }
    if (eight || (five && !whole)) {
      x = v128.load(p);
      p += step;
      if (eight) {
        g = madd(g, w0, x);
        f = madd(f, w1, x);
        e = madd(e, w2, x);
      }
      if (five) {
        d = madd(d, w3, x);
        c = madd(c, w4, x);
      }
      x = v128.load(p);
      p += step;
      if (eight) {
        h = madd(h, w0, x);
        g = madd(g, w1, x);
        f = madd(f, w2, x);
      }
      if (five) {
        if (eight) e = madd(e, w3, x);
        d = madd(d, w4, x);
      }
    }
    if (eight) {
      x = v128.load(p);
      p += step;
      h = madd(h, w1, x);
      g = madd(g, w2, x);
      if (five) {
        f = madd(f, w3, x);
        e = madd(e, w4, x);
      }
    }
    if (eight && (five || !whole)) {
      x = v128.load(p);
      p += step;
      h = madd(h, w2, x);
      if (five) {
        g = madd(g, w3, x);
        f = madd(f, w4, x);
      }
    }
    if (eight && five && !whole) {
      x = v128.load(p);
      p += step;
      h = madd(h, w3, x);
      g = madd(g, w4, x);
      x = v128.load(p);
      p += step;
      h = madd(h, w4, x);
    }
    src += srcRow;
    weight += weightRow;
  }
  v128.store(dst, a);
  dst += dstPosition;
  v128.store(dst, b);
  dst += dstPosition;
  v128.store(dst, c);
  dst += dstPosition;
  v128.store(dst, d);
  if (eight) {
    dst += dstPosition;
    v128.store(dst, e);
    dst += dstPosition;
    v128.store(dst, f);
    dst += dstPosition;
    v128.store(dst, g);
    dst += dstPosition;
    v128.store(dst, h);
  }
}

/**
 * dweight[tap] += sum of src * dy, for a row of taps and `width` bytes of channels, over `rows` rows of all blocks:
 * 8 or 4 positions at a time.
 */
// @ts-ignore: decorator
@inline
export function rowWeights(
  five: bool,
  eight: bool,
  whole: bool,
  src: usize,
  srcRow: i32,
  dy: usize,
  rows: i32,
  dweight: usize,
  width: i32,
): void {
  const step = W.srcPosition;
  const dyRow = W.outRow;
  const dyPosition = W.outPosition;
  const weightColumn = W.tapBytes;
  const blocks = whole ? 1 : eight ? W.blocks >> 1 : W.blocks;
  for (let c = 0; c < width; c += 16) {
    const to = dweight + c;
    const to1 = to + weightColumn;
    const to2 = to1 + weightColumn;
    const to3 = to2 + weightColumn;
    const to4 = to3 + weightColumn;
    let s0 = v128.load(to);
    let s1 = v128.load(to1);
    let s2 = v128.load(to2);
    let s3 = five ? v128.load(to3) : s2;
    let s4 = five ? v128.load(to4) : s2;
    // Three taps alone would wait for their own sums: odd positions have sums of their own.
    let t0 = f32x4.splat(0), t1 = t0, t2 = t0;
    let srcLine = src + c;
    let dyLine = dy + c;
    for (let i = rows; i > 0; i--) {
      let from = srcLine;
      let q = dyLine;
      for (let block = blocks; ; block--) {
        let p = whole ? from + (five ? 2 : 1) * step : from;
        let x = f32x4.splat(0);
        const a = v128.load(q);
        q += dyPosition;
        if (!whole) {
          x = v128.load(p);
          p += step;
          s0 = madd(s0, a, x);
        }
        const b = v128.load(q);
        q += dyPosition;
        if (!(whole && five)) {
          x = v128.load(p);
          p += step;
          if (five) s0 = madd(s0, b, x);
          else t0 = madd(t0, b, x);
          s1 = madd(s1, a, x);
        }
        const c = v128.load(q);
        q += dyPosition;
        x = v128.load(p);
        p += step;
        s0 = madd(s0, c, x);
        if (five) s1 = madd(s1, b, x);
        else t1 = madd(t1, b, x);
        s2 = madd(s2, a, x);
        const d = v128.load(q);
        q += dyPosition;
        x = v128.load(p);
        p += step;
        if (five) s0 = madd(s0, d, x);
        else t0 = madd(t0, d, x);
        s1 = madd(s1, c, x);
        if (five) s2 = madd(s2, b, x);
        else t2 = madd(t2, b, x);
        if (five) s3 = madd(s3, a, x);
        const e = eight ? v128.load(q) : a;
        if (eight) q += dyPosition;
        x = v128.load(p);
        p += step;
        if (eight) s0 = madd(s0, e, x);
        if (five) s1 = madd(s1, d, x);
        else t1 = madd(t1, d, x);
        s2 = madd(s2, c, x);
        if (five) {
          s3 = madd(s3, b, x);
          s4 = madd(s4, a, x);
        }
        const f = eight ? v128.load(q) : a;
        if (eight) q += dyPosition;
        if (five || eight || !whole) {
          x = v128.load(p);
          p += step;
          if (eight) {
            if (five) s0 = madd(s0, f, x);
            else t0 = madd(t0, f, x);
            s1 = madd(s1, e, x);
          }
          if (five) s2 = madd(s2, d, x);
          else t2 = madd(t2, d, x);
          if (five) {
            s3 = madd(s3, c, x);
            s4 = madd(s4, b, x);
          }
        }
        const g = eight ? v128.load(q) : a;
        if (eight) q += dyPosition;
        if (eight || (five && !whole)) {
          x = v128.load(p);
          p += step;
          if (eight) {
            s0 = madd(s0, g, x);
            if (five) s1 = madd(s1, f, x);
            else t1 = madd(t1, f, x);
            s2 = madd(s2, e, x);
          }
          if (five) {
            s3 = madd(s3, d, x);
            s4 = madd(s4, c, x);
          }
        }
        const h = eight ? v128.load(q) : a;
        if (eight) q += dyPosition;
        if (eight || (five && !whole)) {
          x = v128.load(p);
          p += step;
          if (eight) {
            if (five) s0 = madd(s0, h, x);
            else t0 = madd(t0, h, x);
            s1 = madd(s1, g, x);
            if (five) s2 = madd(s2, f, x);
            else t2 = madd(t2, f, x);
          }
          if (eight && five) s3 = madd(s3, e, x);
          if (five) s4 = madd(s4, d, x);
        }
        if (eight) {
          x = v128.load(p);
          p += step;
          if (five) s1 = madd(s1, h, x);
          else t1 = madd(t1, h, x);
          s2 = madd(s2, g, x);
          if (five) {
            s3 = madd(s3, f, x);
            s4 = madd(s4, e, x);
          }
        }
        if (eight && (five || !whole)) {
          x = v128.load(p);
          p += step;
          if (five) s2 = madd(s2, h, x);
          else t2 = madd(t2, h, x);
          if (five) {
            s3 = madd(s3, g, x);
            s4 = madd(s4, f, x);
          }
        }
        if (eight && five && !whole) {
          x = v128.load(p);
          p += step;
          s3 = madd(s3, h, x);
          s4 = madd(s4, g, x);
          x = v128.load(p);
          p += step;
          s4 = madd(s4, h, x);
        }
        if (whole || block == 1) break;
        from += eight ? step << 3 : step << 2;
      }
      srcLine += srcRow;
      dyLine += dyRow;
    }
    v128.store(to, five ? s0 : f32x4.add(s0, t0));
    v128.store(to1, five ? s1 : f32x4.add(s1, t1));
    v128.store(to2, five ? s2 : f32x4.add(s2, t2));
    if (five) {
      v128.store(to3, s3);
      v128.store(to4, s4);
    }
  }
}
