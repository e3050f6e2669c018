// dinput[q, c] = sum over taps of dbetween[p, c] * depth[tap, c] where xhat[q, c] > 0, and 0 elsewhere; p is the output
// pixel with stride * p = q + padding - dilation * tap, if there is one.
// Rung 1: the formula as written, a branch a dispatch. A thread has the 4 channels that one store holds, one by one.
//
// reads    dbetween  [N, OH, OW, C]
// reads    depth     [K, K, C]
// updates  dinput    [N, H, W, C]
// words    height, width, out_height, out_width, channels, c4, kernel, dilation, stride
// consts   ACCUMULATE

fn dsource_at(q: Pixel, c: u32) -> f32 {
  let padding = dilation() * (kernel() - 1u) / 2u;
  var sum = 0.0;
  for (var a = 0u; a < kernel(); a++) {
    for (var b = 0u; b < kernel(); b++) {
      // Outside of the image these wrap to large numbers.
      let row = q.row + padding - a * dilation();
      let column = q.column + padding - b * dilation();
      let met = row % stride() == 0u && column % stride() == 0u;
      if (met && row / stride() < out_height() && column / stride() < out_width()) {
        let p = (q.image * out_height() + row / stride()) * out_width() + column / stride();
        sum += element_dbetween(4u * p * c4() + c) * element_depth(4u * (a * kernel() + b) * c4() + c);
      }
    }
  }
  return sum;
}

fn thread(i: u32) {
  let q = pixel_at(i / c4(), height(), width());
  let first = 4u * (i % c4());
  var dinput = select(vec4f(), load_dinput(i), ACCUMULATE);
  for (var lane = 0u; lane < min(4u, channels() - first); lane++) {
    if (xhat(i / c4(), first + lane) > 0.0) {
      dinput[lane] += dsource_at(q, first + lane);
    }
  }
  store_dinput(i, dinput);
}
