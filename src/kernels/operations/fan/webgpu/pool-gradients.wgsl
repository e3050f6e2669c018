// For each output pixel of each pool: the sum of its deferred gradients (numbers first(k) to first(k + 1)), divided by
// the pixels of the window for an average; and which pixel of the window is the first of the largest. 4 channels of 4
// pixels a lane. Rung 2 after naive/pool-input.wgsl, which finds the largest pixel again for each pixel of x.
//
// reads    x         [N, H, W, C]
// reads    raws[]    [N, OH, OW, C], one a pool
// reads    dys[]     [N, OH, OW, C], one a deferred gradient
// writes   dpools[]  [N, OH, OW, C]
// writes   winners?  [N, OH, OW, C]
// words    height, width, out_height, out_width, c4, pixels, window, maximum[], first[]
// consts   LANES, STRIDE, MAX

fn winner_at(p: u32, c: u32) -> vec4f {
  let pixel = pixel_at(p, out_height(), out_width());
  var largest = vec4f(-3.402823e38);
  var winner = vec4f();
  for (var a = 0u; a < window(); a++) {
    let row = pixel.row * STRIDE + a - 1u;
    if (row >= height()) { continue; }
    let line = (pixel.image * height() + row) * width();
    for (var b = 0u; b < window(); b++) {
      let column = pixel.column * STRIDE + b - 1u;
      if (column >= width()) { continue; }
      let x = load_x((line + column) * c4() + c);
      winner = select(winner, vec4f(f32(window() * a + b)), x > largest);
      largest = max(largest, x);
    }
  }
  return winner;
}

// How many of `length` pixels in a line the window around `center` covers.
fn covered(center: u32, length: u32) -> u32 {
  let reach = window() / 2u;
  return min(center + reach + 1u, length) - max(center, reach) + reach;
}

fn taps_at(p: u32) -> f32 {
  let pixel = pixel_at(p, out_height(), out_width());
  return f32(covered(pixel.row * STRIDE, height()) * covered(pixel.column * STRIDE, width()));
}

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let p = index / c4() * 4u * LANES + lane;
  if (MAX) {
    for (var q = p; q < min(p + 4u * LANES, pixels()); q += LANES) {
      store_winners(q * c4() + c, winner_at(q, c));
    }
  }
  // Pixels beyond the last repeat it.
  let last = pixels() - 1u;
  if (p > last) { return; }
  let p1 = min(p + LANES, last);
  let p2 = min(p + 2u * LANES, last);
  let p3 = min(p + 3u * LANES, last);
  let at = vec4u(p, p1, p2, p3) * c4() + c;
  let taps = vec4f(taps_at(p), taps_at(p1), taps_at(p2), taps_at(p3));
  for (var k = 0u; k < count_raws(); k++) {
    let raws = place_raws(k);
    let raw0 = load_at_raws(raws, at.x);
    let raw1 = load_at_raws(raws, at.y);
    let raw2 = load_at_raws(raws, at.z);
    let raw3 = load_at_raws(raws, at.w);
    var sum0 = vec4f();
    var sum1 = vec4f();
    var sum2 = vec4f();
    var sum3 = vec4f();
    for (var j = first(k); j < first(k + 1u); j++) {
      let deferred = deferred_of(j, k, c);
      let dys = place_dys(j);
      sum0 += through_norm(deferred, load_at_dys(dys, at.x), raw0);
      sum1 += through_norm(deferred, load_at_dys(dys, at.y), raw1);
      sum2 += through_norm(deferred, load_at_dys(dys, at.z), raw2);
      sum3 += through_norm(deferred, load_at_dys(dys, at.w), raw3);
    }
    let divisor = select(taps, vec4f(1.0), maximum(k) != 0u);
    store_dpools(k, at.x, sum0 / divisor.x);
    store_dpools(k, at.y, sum1 / divisor.y);
    store_dpools(k, at.z, sum2 / divisor.z);
    store_dpools(k, at.w, sum3 / divisor.w);
  }
}
