// Stages that several operations share.
import { integer, pointer } from './elements.as.ts';
import { sumInDouble } from './norm.as.ts';

/** args: partials, count, stride (bytes), out, elements. out = sum of the partials, in double, in order. */
export function sumPartials(args: usize, chunk: i32): void {
  const count = integer(args, 1);
  const stride = pointer(args, 2);
  const begin = (<usize>chunk * 1024) << 2;
  const end = <usize>min((chunk + 1) * 1024, integer(args, 4)) << 2;
  for (let at = begin; at < end; at += 16) {
    v128.store(pointer(args, 3) + at, sumInDouble(pointer(args, 0) + at, count, stride));
  }
}
