// dx = gamma * inv * (dy - sumDy / M - xhat * sumDyXhat / M).
//
// reads    x           [..., C]
// reads    statistics  [2, C]
// reads    gamma?      [C]
// reads    dy          [..., C]
// reads    sums        [2, C], sumDy and sumDyXhat
// updates  dx          [..., C]
// words    pixels
// consts   ACCUMULATE
// extents  C4

fn thread(i: u32) {
  let c = i % C4;
  let inverse = load_statistics(C4 + c);
  let xhat = (load_x(i) - load_statistics(c)) * inverse;
  var scale = inverse;
  if (has_gamma) {
    scale *= load_gamma(c);
  }
  let dx = scale * (load_dy(i) - (load_sums(c) + xhat * load_sums(C4 + c)) / f32(pixels()));
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
