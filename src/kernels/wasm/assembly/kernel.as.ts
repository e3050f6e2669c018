// Stages that several operations share.
import { integer, pointer } from './elements.as.ts';

/** args: partials, count, stride (bytes), out, elements. out = sum of the partials, in double, in order. */
export function sumPartials(args: usize, chunk: i32): void {
  const count = integer(args, 1);
  const stride = pointer(args, 2);
  const begin = (<usize>chunk * 1024) << 2;
  const end = <usize>min((chunk + 1) * 1024, integer(args, 4)) << 2;
  for (let at = begin; at < end; at += 16) {
    let partial = pointer(args, 0) + at;
    let low = f64x2.splat(0);
    let high = low;
    for (let i = 0; i < count; i++) {
      const value = v128.load(partial);
      low = f64x2.add(low, f64x2.promote_low_f32x4(value));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3)));
      partial += stride;
    }
    const left = f32x4.demote_f64x2_zero(low);
    const right = f32x4.demote_f64x2_zero(high);
    v128.store(pointer(args, 3) + at, v128.shuffle<i32>(left, right, 0, 1, 4, 5));
  }
}
