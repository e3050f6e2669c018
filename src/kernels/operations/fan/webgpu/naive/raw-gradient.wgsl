// dRaw = coefficient * inv * (dy - sumDy / M - xhat * sumDyXhat / M), and coefficient * dy where raw is not normalised.
// Rung 1: the formula as written, into a tensor that the next kernels read; a thread has 4 channels of a pixel.
//
// reads    raw          [N, OH, OW, C]
// reads    statistics?  [2, C]
// reads    dy           [N, OH, OW, C]
// reads    mix?         [E, O], otherwise 1
// reads    sumDy?       [C]
// reads    sumDyXhat?   [C]
// updates  dRaw         [N, OH, OW, C]
// words    pixels, c4, place
// consts   ACCUMULATE

fn thread(i: u32) {
  let c = i % c4();
  var gradient = load_dy(i);
  if (has_statistics) {
    let inverse = load_statistics(c4() + c);
    let xhat = (load_raw(i) - load_statistics(c)) * inverse;
    gradient = inverse * (gradient - load_sumDy(c) / f32(pixels()) - xhat * load_sumDyXhat(c) / f32(pixels()));
  }
  if (has_mix) {
    gradient *= element_mix(place());
  }
  store_dRaw(i, select(vec4f(), load_dRaw(i), ACCUMULATE) + gradient);
}
