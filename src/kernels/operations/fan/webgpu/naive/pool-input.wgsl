// dx[q, c] = sum over the 3x3 windows around output pixels p that hold q: of dy[p, c] where q is the first of the
// window's largest pixels, or of dy[p, c] divided by the pixels of the window that are inside of the image.
// Rung 1: the formula as written, a pool a dispatch; each window is searched again for each of its pixels.
//
// reads    x   [N, H, W, C]
// reads    dy  [N, OH, OW, C]
// updates  dx  [N, H, W, C]
// words    height, width, out_height, out_width, channels, c4, stride, maximum
// consts   ACCUMULATE

// What pixel q gets of the window's gradient: all of it or nothing, or its part.
fn share(image: u32, i: u32, j: u32, q: u32, c: u32) -> f32 {
  var count = 0.0;
  var largest = -3.402823e38;
  var winner = q;
  for (var a = 0u; a < 3u; a++) {
    for (var b = 0u; b < 3u; b++) {
      // Outside of the image these wrap to large numbers.
      let row = i * stride() + a - 1u;
      let column = j * stride() + b - 1u;
      if (row < height() && column < width()) {
        let at = (image * height() + row) * width() + column;
        let x = element_x(4u * at * c4() + c);
        count += 1.0;
        if (x > largest) {
          largest = x;
          winner = at;
        }
      }
    }
  }
  return select(1.0 / count, select(0.0, 1.0, winner == q), maximum() != 0u);
}

fn dx_at(q: Pixel, at: u32, c: u32) -> f32 {
  var sum = 0.0;
  for (var a = 0u; a < 3u; a++) {
    for (var b = 0u; b < 3u; b++) {
      let row = q.row + 1u - a;
      let column = q.column + 1u - b;
      let met = row % stride() == 0u && column % stride() == 0u;
      let i = row / stride();
      let j = column / stride();
      if (met && i < out_height() && j < out_width()) {
        let p = (q.image * out_height() + i) * out_width() + j;
        sum += share(q.image, i, j, at, c) * element_dy(4u * p * c4() + c);
      }
    }
  }
  return sum;
}

fn thread(i: u32) {
  let q = pixel_at(i / c4(), height(), width());
  let first = 4u * (i % c4());
  var dx = select(vec4f(), load_dx(i), ACCUMULATE);
  for (var lane = 0u; lane < min(4u, channels() - first); lane++) {
    dx[lane] += dx_at(q, i / c4(), first + lane);
  }
  store_dx(i, dx);
}
