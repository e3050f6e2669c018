// y[p, o] of a factorized reduce: from x at (2i, 2j) for o below F, at (2i + 1, 2j + 1) above: 4 output channels of a
// pixel a lane.
//
// reads    xs[]  [N, H, W, C_k]
// writes   y     [N, OH, OW, O]
// words    height, width, out_height, out_width, pixels, o4, split, starts[]
// consts   LANES

fn group(index: u32, lane: u32) {
  let o = index % o4();
  let p = index / o4() * LANES + lane;
  if (p >= pixels()) { return; }
  let pixel = pixel_at(p, out_height(), out_width());
  let even = (pixel.image * height() + 2u * pixel.row) * width() + 2u * pixel.column;
  let shifted = 2u * pixel.row + 1u < height() && 2u * pixel.column + 1u < width();
  let odd = select(even, even + width() + 1u, shifted);
  var y = vec4f();
  for (var k = 0u; k < count_xs(); k++) {
    let channels = starts(k + 1u) - starts(k);
    let c4 = (channels + 3u) / 4u;
    for (var c = 0u; c < c4; c++) {
      let rows = min(4u, channels - 4u * c);
      let row = starts(k) + 4u * c;
      if (4u * o < split()) {
        let x = load_rectified(k, even * c4 + c);
        for (var lane = 0u; lane < rows; lane++) { y += x[lane] * first_row(row + lane, o); }
      }
      if (4u * o + 4u > split()) {
        let x = select(vec4f(), load_rectified(k, odd * c4 + c), shifted);
        for (var lane = 0u; lane < rows; lane++) { y += x[lane] * second_row(row + lane, o); }
      }
    }
  }
  store_y(p * o4() + o, y);
}
