// Partial sums of ddepth[tap, c] = sum over p of source[q, c] * dbetween[p, c], for all separable branches: 4 channels of a
// tap a lane, over a chunk of pixels. Lanes of a group share the pixel p and its gradient.
fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_dbetweens();
  let tap = index / c4() / count_dbetweens() % tap_groups() * LANES + lane;
  let chunk = index / c4() / count_dbetweens() / tap_groups();
  if (tap >= kernel(k) * kernel(k)) { return; }
  let norm = norm_of(k, c);
  let padding = dilation(k) * (kernel(k) - 1u) / 2u;
  let down = tap / kernel(k) * dilation(k) - padding;
  let right = tap % kernel(k) * dilation(k) - padding;
  var sum = vec4f();
  let end = min((chunk + 1u) * per_chunk(), pixels());
  for (var first = chunk * per_chunk(); first < end; first += LONGEST) {
    var part = vec4f();
    var pixel = pixel_at(first, out_height(), out_width());
    for (var p = first; p < min(first + LONGEST, end); p++) {
      // Outside of the image these wrap to large numbers.
      let row = pixel.row * STRIDE + down;
      let column = pixel.column * STRIDE + right;
      let inside = row < height() && column < width();
      let q = (pixel.image * height() + row) * width() + column;
      let x = load_rectified(k, select(0u, q, inside) * c4() + c, norm);
      part += select(vec4f(), x, inside) * load_dbetweens(k, p * c4() + c);
      pixel.column++;
      if (pixel.column == out_width()) {
        pixel.column = 0u;
        pixel.row++;
      }
      if (pixel.row == out_height()) {
        pixel.row = 0u;
        pixel.image++;
      }
    }
    sum += part;
  }
  store_partials(chunk * partial_width() + depth_start(k) + tap * c4() + c, sum);
}
