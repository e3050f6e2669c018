// A node's sum over all its terms in one pass, and the sums that all of their backwards need, in another. See
// definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { addLanes, zero } from '../../../wasm/assembly/norm.as.ts';
import { scratch } from '../../../wasm/assembly/scratch.as.ts';

// Terms of nodeForward: source, statistics, address of the coefficient (0: one). Terms are taken four at a time.
// Sources lie far apart in memory and are read once: whole chunks in the order in which they lie, so that the
// processor fetches ahead; coefficients come from the L1 cache instead of registers.
const FORWARD_TERM: i32 = 3;

// @ts-ignore: decorator
@inline
function coefficient(address: usize): f64 {
  return address ? <f64>load<f32>(address) : 1;
}

/** scale = mix * inverse by term, and in `shift` the sum over terms of -mix * inverse * mean. */
function fillScales(args: usize, terms: i32, pitch: i32, scales: usize, shift: usize): void {
  zero(shift, pitch << 2);
  for (let term = 0; term < terms; term++) {
    const at = 5 + term * FORWARD_TERM;
    const statistics = pointer(args, at + 1);
    const a = coefficient(pointer(args, at + 2));
    const scale = scales + ((term * pitch) << 2);
    for (let c = 0; c < pitch; c++) {
      if (statistics) {
        const value = a * <f64>load<f32>(statistics + ((pitch + c) << 2));
        const mean = <f64>load<f32>(statistics + (c << 2));
        store<f32>(scale + (c << 2), <f32>value);
        store<f32>(shift + (c << 2), <f32>(<f64>load<f32>(shift + (c << 2)) - value * mean));
      } else store<f32>(scale + (c << 2), <f32>a);
    }
  }
}

/** args: pixels, pixels of a chunk, pitch, terms, y; terms. */
export function nodeForward(args: usize, chunk: i32): void {
  const pixels = integer(args, 0);
  const share = integer(args, 1);
  const pitch = integer(args, 2);
  const terms = integer(args, 3);
  const bytes = <usize>pitch << 2;
  const shift = scratch;
  const scales = shift + bytes;
  fillScales(args, terms, pitch, scales, shift);
  const offset = <usize>(chunk * share) * bytes;
  const y = pointer(args, 4) + offset;
  const end = y + <usize>(min(pixels, (chunk + 1) * share) - chunk * share) * bytes;
  for (let term = 0; term < terms; term += 4) {
    const record = args + ((5 + term * FORWARD_TERM) << 2);
    const scale = scales + term * bytes;
    const left = terms - term;
    const s0 = load<usize>(record) + offset;
    if (left == 1) {
      addOne(y, end, bytes, scale, term ? 0 : shift, s0);
      continue;
    }
    const s1 = load<usize>(record, 12) + offset;
    if (left == 2) {
      addTwo(y, end, bytes, scale, term ? 0 : shift, s0, s1);
      continue;
    }
    const s2 = load<usize>(record, 24) + offset;
    if (left == 3) {
      addTwo(y, end, bytes, scale, term ? 0 : shift, s0, s1);
      addOne(y, end, bytes, scale + 2 * bytes, 0, s2);
    } else {
      addFour(y, end, bytes, scale, term ? 0 : shift, s0, s1, s2, load<usize>(record, 36) + offset);
    }
  }
}

// y = shift + the sum of scale * source, pixels from y to end; shift 0: y += that sum.

function addOne(y: usize, end: usize, bytes: usize, scale: usize, shift: usize, s0: usize): void {
  for (; y < end; y += bytes) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const sum = f32x4.mul(v128.load(scale + c), v128.load(s0 + c));
      v128.store(y + c, f32x4.add(v128.load(shift ? shift + c : y + c), sum));
    }
    s0 += bytes;
  }
}

function addTwo(y: usize, end: usize, bytes: usize, scale: usize, shift: usize, s0: usize, s1: usize): void {
  const second = scale + bytes;
  for (; y < end; y += bytes) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const sum = f32x4.add(
        f32x4.mul(v128.load(scale + c), v128.load(s0 + c)),
        f32x4.mul(v128.load(second + c), v128.load(s1 + c)),
      );
      v128.store(y + c, f32x4.add(v128.load(shift ? shift + c : y + c), sum));
    }
    s0 += bytes;
    s1 += bytes;
  }
}

function addFour(
  y: usize,
  end: usize,
  bytes: usize,
  scale: usize,
  shift: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  s3: usize,
): void {
  const second = scale + bytes;
  const third = second + bytes;
  const fourth = third + bytes;
  for (; y < end; y += bytes) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const sum = f32x4.add(
        f32x4.add(
          f32x4.mul(v128.load(scale + c), v128.load(s0 + c)),
          f32x4.mul(v128.load(second + c), v128.load(s1 + c)),
        ),
        f32x4.add(
          f32x4.mul(v128.load(third + c), v128.load(s2 + c)),
          f32x4.mul(v128.load(fourth + c), v128.load(s3 + c)),
        ),
      );
      v128.store(y + c, f32x4.add(v128.load(shift ? shift + c : y + c), sum));
    }
    s0 += bytes;
    s1 += bytes;
    s2 += bytes;
    s3 += bytes;
  }
}

// Terms of nodeBackward: source, statistics, coefficient, dsource (0: not wanted), accumulate.
const BACKWARD_TERM: i32 = 5;
/** Pixels of one float32 accumulator, and bytes of them that the L1 cache holds twice beside others. */
const MAX_PIXELS: i32 = 256;
const MAX_BYTES: i32 = 16384;

/** Adds dy * (x - mean) * inverse over pixels to sums[c]; statistics 0: dy * x. x 0: dy alone. */
function addDots(dy: usize, x: usize, statistics: usize, pixels: i32, bytes: i32, sums: usize): void {
  const nothing = f32x4.splat(0);
  const one = f32x4.splat(1);
  let c = 0;
  // Whole lines of 16 channels, read in the order in which they lie.
  if (x) {
    for (; c + 64 <= bytes; c += 64) {
      let p = dy + c;
      let q = x + c;
      const mean = statistics + c;
      const m0 = statistics ? v128.load(mean) : nothing, m1 = statistics ? v128.load(mean, 16) : nothing;
      const m2 = statistics ? v128.load(mean, 32) : nothing, m3 = statistics ? v128.load(mean, 48) : nothing;
      let s0 = nothing, s1 = nothing, s2 = nothing, s3 = nothing;
      for (let i = pixels; i > 0; i--) {
        s0 = f32x4.add(s0, f32x4.mul(v128.load(p), f32x4.sub(v128.load(q), m0)));
        s1 = f32x4.add(s1, f32x4.mul(v128.load(p, 16), f32x4.sub(v128.load(q, 16), m1)));
        s2 = f32x4.add(s2, f32x4.mul(v128.load(p, 32), f32x4.sub(v128.load(q, 32), m2)));
        s3 = f32x4.add(s3, f32x4.mul(v128.load(p, 48), f32x4.sub(v128.load(q, 48), m3)));
        p += bytes;
        q += bytes;
      }
      const inverse = statistics + bytes + c;
      const to = sums + (c << 1);
      addLanes(to, f32x4.mul(statistics ? v128.load(inverse) : one, s0));
      addLanes(to + 32, f32x4.mul(statistics ? v128.load(inverse, 16) : one, s1));
      addLanes(to + 64, f32x4.mul(statistics ? v128.load(inverse, 32) : one, s2));
      addLanes(to + 96, f32x4.mul(statistics ? v128.load(inverse, 48) : one, s3));
    }
  }
  for (; c < bytes; c += 16) {
    const mean = statistics ? v128.load(statistics + c) : f32x4.splat(0);
    const inverse = statistics ? v128.load(statistics + bytes + c) : f32x4.splat(1);
    let p = dy + c;
    let q = x + c;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let i = pixels;
    if (x) {
      for (; i >= 4; i -= 4) {
        s0 = f32x4.add(s0, f32x4.mul(v128.load(p), f32x4.sub(v128.load(q), mean)));
        p += bytes;
        q += bytes;
        s1 = f32x4.add(s1, f32x4.mul(v128.load(p), f32x4.sub(v128.load(q), mean)));
        p += bytes;
        q += bytes;
        s2 = f32x4.add(s2, f32x4.mul(v128.load(p), f32x4.sub(v128.load(q), mean)));
        p += bytes;
        q += bytes;
        s3 = f32x4.add(s3, f32x4.mul(v128.load(p), f32x4.sub(v128.load(q), mean)));
        p += bytes;
        q += bytes;
      }
      for (; i > 0; i--) {
        s0 = f32x4.add(s0, f32x4.mul(v128.load(p), f32x4.sub(v128.load(q), mean)));
        p += bytes;
        q += bytes;
      }
    } else {
      for (; i > 0; i--) {
        s0 = f32x4.add(s0, v128.load(p));
        p += bytes;
      }
    }
    const sum = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    addLanes(sums + (c << 1), f32x4.mul(inverse, sum));
  }
}

/**
 * args: pixels, pixels of a share, pitch, terms, dy, sums [terms + 1, shares, pitch] in double, shares, terms of a
 * part; terms. The last row of sums is that of dy itself. Chunks: shares x parts of the terms and dy.
 */
export function nodeBackward(args: usize, chunk: i32): void {
  const pixels = integer(args, 0);
  const perShare = integer(args, 1);
  const bytes = integer(args, 2) << 2;
  const terms = integer(args, 3);
  const dy = pointer(args, 4);
  const shares = integer(args, 6);
  const perPart = integer(args, 7);
  const share = chunk % shares;
  const end = min(pixels, (share + 1) * perShare);
  const step = min(MAX_PIXELS, max(4, MAX_BYTES / bytes));
  const from = (chunk / shares) * perPart;
  for (let term = from; term < min(from + perPart, terms + 1); term++) {
    const at = 8 + term * BACKWARD_TERM;
    const to = pointer(args, 5) + (term * shares + share) * (bytes << 1);
    zero(to, bytes << 1);
    const source = term < terms ? pointer(args, at) : 0;
    const statistics = term < terms ? pointer(args, at + 1) : 0;
    const dsource = term < terms ? pointer(args, at + 3) : 0;
    for (let first = share * perShare; first < end; first += step) {
      const some = min(step, end - first);
      const offset = <usize>first * bytes;
      addDots(dy + offset, source ? source + offset : 0, statistics, some, bytes, to);
      if (dsource) {
        const accumulate = integer(args, at + 4) != 0;
        addScaled(dsource + offset, dy + offset, pointer(args, at + 2), some * bytes, accumulate);
      }
    }
  }
}

/** to (+)= coefficient * dy. */
function addScaled(to: usize, dy: usize, address: usize, bytes: i32, accumulate: bool): void {
  const a = f32x4.splat(<f32>coefficient(address));
  for (let i = 0; i < bytes; i += 16) {
    const value = f32x4.mul(a, v128.load(dy + i));
    v128.store(to + i, accumulate ? f32x4.add(v128.load(to + i), value) : value);
  }
}

/**
 * By chunk of this stage, one row of sums. args: chunks of nodeBackward, pitch, sums; by row: sums over pixels [C] or
 * 0, element of dmix that the sum over channels is added to, or 0.
 */
export function nodeSums(args: usize, chunk: i32): void {
  const chunks = integer(args, 0);
  const pitch = integer(args, 1);
  const sums = pointer(args, 2) + chunk * chunks * (pitch << 3);
  const to = pointer(args, 3 + 2 * chunk);
  const dmix = pointer(args, 4 + 2 * chunk);
  let all: f64 = 0;
  for (let c = 0; c < pitch; c++) {
    let sum: f64 = 0;
    let at = sums + (c << 3);
    for (let i = 0; i < chunks; i++) {
      sum += load<f64>(at);
      at += pitch << 3;
    }
    if (to) store<f32>(to + (c << 2), <f32>sum);
    all += sum;
  }
  if (dmix) store<f32>(dmix, <f32>(<f64>load<f32>(dmix) + all));
}
