// For each output pixel of each pool: the sum of its cotangents (numbers first(k) to first(k + 1)), divided by the window's
// pixels for an average; and which pixel of the window is the first of the largest. 4 channels of a pixel a lane.
fn group(index: u32, lane: u32) {
  let c = index % c4();
  let p = index / c4() * LANES + lane;
  if (p >= pixels()) { return; }
  let at = p * c4() + c;
  let pixel = pixel_at(p, out_height(), out_width());
  var largest = vec4f(-3.402823e38);
  var winner = vec4f();
  var taps = 0.0;
  for (var a = 0u; a < window(); a++) {
    let row = pixel.row * STRIDE + a - 1u;
    if (row >= height()) { continue; }
    for (var b = 0u; b < window(); b++) {
      let column = pixel.column * STRIDE + b - 1u;
      if (column >= width()) { continue; }
      taps += 1.0;
      if (MAX) {
        let x = load_x(((pixel.image * height() + row) * width() + column) * c4() + c);
        winner = select(winner, vec4f(f32(window() * a + b)), x > largest);
        largest = max(largest, x);
      }
    }
  }
  if (MAX) {
    store_winners(at, winner);
  }
  for (var k = 0u; k < count_raws(); k++) {
    let raw = load_raws(k, at);
    var sum = vec4f();
    for (var j = first(k); j < first(k + 1u); j++) {
      sum += through_norm(cotangent_of(j, k, c), load_dys(j, at), raw);
    }
    store_dpools(k, at, select(sum / taps, sum, maximum(k) != 0u));
  }
}
