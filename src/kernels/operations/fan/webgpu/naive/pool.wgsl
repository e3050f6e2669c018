// y[p, c] = the largest, or the average, of the pixels of x in the 3x3 window around p that are inside of the image.
// Rung 1: the formula as written, a pool a dispatch; a thread has 4 channels of a pixel.
//
// reads    x  [N, H, W, C]
// writes   y  [N, OH, OW, C]
// words    height, width, out_height, out_width, c4, stride, maximum

fn thread(i: u32) {
  let p = pixel_at(i / c4(), out_height(), out_width());
  var largest = vec4f(-3.402823e38);
  var sum = vec4f();
  var count = 0.0;
  for (var a = 0u; a < 3u; a++) {
    for (var b = 0u; b < 3u; b++) {
      // Outside of the image these wrap to large numbers.
      let row = p.row * stride() + a - 1u;
      let column = p.column * stride() + b - 1u;
      if (row < height() && column < width()) {
        let x = load_x(((p.image * height() + row) * width() + column) * c4() + i % c4());
        largest = max(largest, x);
        sum += x;
        count += 1.0;
      }
    }
  }
  store_y(i, select(sum / count, largest, maximum() != 0u));
}
