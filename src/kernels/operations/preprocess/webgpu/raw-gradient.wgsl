// dRaw = inv * (dy - sumDy / M - y * sumDyXhat / M), y being normalised: 4 channels of 4 pixels a lane.
//
// reads    y           [N, OH, OW, O]
// reads    dy          [N, OH, OW, O]
// reads    statistics  [2, O]
// reads    sums        [2, O]
// writes   dRaw        [N, OH, OW, O]
// words    pixels, o4
// consts   LANES

fn group(index: u32, lane: u32) {
  let o = index % o4();
  let inverse = load_statistics(o4() + o);
  let sumDy = load_sums(o) / f32(pixels());
  let sumDyXhat = load_sums(o4() + o) / f32(pixels());
  let first = index / o4() * 4u * LANES + lane;
  for (var p = first; p < min(first + 4u * LANES, pixels()); p += LANES) {
    let at = p * o4() + o;
    store_dRaw(at, inverse * (load_dy(at) - sumDy - load_y(at) * sumDyXhat));
  }
}
