// raw[p, o] = sum over c of between[p, c] * point[c, o].
// Rung 1: the formula as written, a branch a dispatch. A thread has the 4 output channels that one store holds.
//
// reads    between  [N, OH, OW, C]
// reads    point    [C, C]
// writes   raw      [N, OH, OW, C]
// words    channels, c4

fn raw_at(p: u32, o: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < channels(); c++) {
    sum += element_between(4u * p * c4() + c) * element_point(4u * c * c4() + o);
  }
  return sum;
}

fn thread(i: u32) {
  let first = 4u * (i % c4());
  var raw = vec4f();
  for (var lane = 0u; lane < min(4u, channels() - first); lane++) {
    raw[lane] = raw_at(i / c4(), first + lane);
  }
  store_raw(i, raw);
}
