// dpoint[c, o] = sum over p of between[p, c] * dRaw[p, o].
// Rung 1: the formula as written, all pixels in one thread. A thread has the 4 output channels that one store holds.
//
// reads    between  [N, OH, OW, C]
// reads    dRaw     [N, OH, OW, C]
// writes   dpoint   [C, C]
// words    pixels, channels, c4

fn dpoint_at(c: u32, o: u32) -> f32 {
  var sum = 0.0;
  for (var p = 0u; p < pixels(); p++) {
    sum += element_between(4u * p * c4() + c) * element_dRaw(4u * p * c4() + o);
  }
  return sum;
}

fn thread(i: u32) {
  let first = 4u * (i % c4());
  var dpoint = vec4f();
  for (var lane = 0u; lane < min(4u, channels() - first); lane++) {
    dpoint[lane] = dpoint_at(i / c4(), first + lane);
  }
  store_dpoint(i, dpoint);
}
