// y[p, c] = sum over terms of coefficient * (source - mean) * inv: 4 channels of 4 pixels a lane. All lanes of a group
// have the same channels, so that they share the factors.
//
// reads    sources[]      [N, H, W, C], one a term
// reads    statistics[]?  [2, C]
// writes   y              [N, H, W, C]
// words    normalised[], pixels, c4
// consts   LANES

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let p = index / c4() * 4u * LANES + lane;
  let last = pixels() - 1u;
  let at0 = min(p, last) * c4() + c;
  let at1 = min(p + LANES, last) * c4() + c;
  let at2 = min(p + 2u * LANES, last) * c4() + c;
  let at3 = min(p + 3u * LANES, last) * c4() + c;
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  for (var k = 0u; k < count_sources(); k++) {
    var scale = vec4f(coefficient(k));
    var mean = vec4f();
    if (normalised(k) != 0u) {
      let statistics = place_statistics(k);
      mean = load_at_statistics(statistics, c);
      scale *= load_at_statistics(statistics, c4() + c);
    }
    let sources = place_sources(k);
    y0 += scale * (load_at_sources(sources, at0) - mean);
    y1 += scale * (load_at_sources(sources, at1) - mean);
    y2 += scale * (load_at_sources(sources, at2) - mean);
    y3 += scale * (load_at_sources(sources, at3) - mean);
  }
  if (p <= last) { store_y(at0, y0); }
  if (p + LANES <= last) { store_y(at1, y1); }
  if (p + 2u * LANES <= last) { store_y(at2, y2); }
  if (p + 3u * LANES <= last) { store_y(at3, y3); }
}
