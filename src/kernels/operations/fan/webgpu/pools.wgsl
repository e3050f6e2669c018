// The largest and the average of the window() x window() pixels of x around each output pixel: 4 channels of a pixel a
// lane. Rung 2 after naive/pool.wgsl: one pass over x for all pools.
//
// reads    x        [N, H, W, C]
// writes   pools[]  [N, OH, OW, C]
// words    height, width, out_height, out_width, c4, pixels, window, maximum[]
// consts   LANES, STRIDE

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let p = index / c4() * LANES + lane;
  if (p >= pixels()) { return; }
  let pixel = pixel_at(p, out_height(), out_width());
  var largest = vec4f(-3.402823e38);
  var sum = vec4f();
  var taps = 0.0;
  for (var a = 0u; a < window(); a++) {
    let row = pixel.row * STRIDE + a - 1u;
    if (row >= height()) { continue; }
    for (var b = 0u; b < window(); b++) {
      let column = pixel.column * STRIDE + b - 1u;
      if (column >= width()) { continue; }
      let x = load_x(((pixel.image * height() + row) * width() + column) * c4() + c);
      largest = max(largest, x);
      sum += x;
      taps += 1.0;
    }
  }
  for (var k = 0u; k < count_pools(); k++) {
    store_pools(k, p * c4() + c, select(sum / taps, largest, maximum(k) != 0u));
  }
}
