// between[p, c] = sum over taps of ReLU(xhat[q, c]) * depth[tap, c], where q = stride * p + dilation * tap - padding.
// Rung 1: the formula as written, a branch a dispatch. A thread has the 4 channels that one store holds, one by one.
//
// reads    depth    [K, K, C]
// writes   between  [N, OH, OW, C]
// words    height, width, out_height, out_width, channels, c4, kernel, dilation, stride

fn between_at(p: Pixel, c: u32) -> f32 {
  let padding = dilation() * (kernel() - 1u) / 2u;
  var sum = 0.0;
  for (var a = 0u; a < kernel(); a++) {
    for (var b = 0u; b < kernel(); b++) {
      // Outside of the image these wrap to large numbers.
      let row = p.row * stride() + a * dilation() - padding;
      let column = p.column * stride() + b * dilation() - padding;
      if (row < height() && column < width()) {
        let q = (p.image * height() + row) * width() + column;
        sum += max(xhat(q, c), 0.0) * element_depth(4u * (a * kernel() + b) * c4() + c);
      }
    }
  }
  return sum;
}

fn thread(i: u32) {
  let p = pixel_at(i / c4(), out_height(), out_width());
  let first = 4u * (i % c4());
  var between = vec4f();
  for (var lane = 0u; lane < min(4u, channels() - first); lane++) {
    between[lane] = between_at(p, first + lane);
  }
  store_between(i, between);
}
