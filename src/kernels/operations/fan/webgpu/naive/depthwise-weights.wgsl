// ddepth[tap, c] = sum over p of ReLU(xhat[q, c]) * dbetween[p, c], where q = stride * p + dilation * tap - padding.
// Rung 1: the formula as written, all pixels in one thread. A thread has the 4 channels that one store holds.
//
// reads    dbetween  [N, OH, OW, C]
// writes   ddepth    [K, K, C]
// words    height, width, out_height, out_width, channels, c4, pixels, kernel, dilation, stride

fn ddepth_at(a: u32, b: u32, c: u32) -> f32 {
  let padding = dilation() * (kernel() - 1u) / 2u;
  var sum = 0.0;
  for (var p = 0u; p < pixels(); p++) {
    let pixel = pixel_at(p, out_height(), out_width());
    // Outside of the image these wrap to large numbers.
    let row = pixel.row * stride() + a * dilation() - padding;
    let column = pixel.column * stride() + b * dilation() - padding;
    if (row < height() && column < width()) {
      let q = (pixel.image * height() + row) * width() + column;
      sum += max(xhat(q, c), 0.0) * element_dbetween(4u * p * c4() + c);
    }
  }
  return sum;
}

fn thread(i: u32) {
  let tap = i / c4();
  let first = 4u * (i % c4());
  var ddepth = vec4f();
  for (var lane = 0u; lane < min(4u, channels() - first); lane++) {
    ddepth[lane] = ddepth_at(tap / kernel(), tap % kernel(), first + lane);
  }
  store_ddepth(i, ddepth);
}
