// The baseline of the blocks: a loop of one load, one multiply and one add per vector, with eight independent sums. In
// memory that fits the L1 cache it reaches the maximum of a kernel that loads every operand; in large memory it measures
// the bandwidth.

export function plainLoop(at: usize, bytes: i32, repeats: i32): f32 {
  const factor = f32x4.splat(1.0009765625);
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let i = repeats; i > 0; i--) {
    for (let p = at, end = at + bytes; p < end; p += 128) {
      a = f32x4.add(a, f32x4.mul(factor, v128.load(p)));
      b = f32x4.add(b, f32x4.mul(factor, v128.load(p, 16)));
      c = f32x4.add(c, f32x4.mul(factor, v128.load(p, 32)));
      d = f32x4.add(d, f32x4.mul(factor, v128.load(p, 48)));
      e = f32x4.add(e, f32x4.mul(factor, v128.load(p, 64)));
      f = f32x4.add(f, f32x4.mul(factor, v128.load(p, 80)));
      g = f32x4.add(g, f32x4.mul(factor, v128.load(p, 96)));
      h = f32x4.add(h, f32x4.mul(factor, v128.load(p, 112)));
    }
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
}
