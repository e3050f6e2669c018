// dbetween[p, c] = sum over o of dRaw[p, o] * point[c, o].
// Rung 1: the formula as written, a branch a dispatch. A thread has the 4 channels that one store holds.
//
// reads    dRaw      [N, OH, OW, C]
// reads    point     [C, C]
// writes   dbetween  [N, OH, OW, C]
// words    channels, c4

fn dbetween_at(p: u32, c: u32) -> f32 {
  var sum = 0.0;
  for (var o = 0u; o < channels(); o++) {
    sum += element_dRaw(4u * p * c4() + o) * element_point(4u * c * c4() + o);
  }
  return sum;
}

fn thread(i: u32) {
  let first = 4u * (i % c4());
  var dbetween = vec4f();
  for (var lane = 0u; lane < min(4u, channels() - first); lane++) {
    dbetween[lane] = dbetween_at(i / c4(), first + lane);
  }
  store_dbetween(i, dbetween);
}
