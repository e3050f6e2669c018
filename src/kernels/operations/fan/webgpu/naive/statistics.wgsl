// mean[c] = sum over p of y[p, c] / M, inv[c] = 1 / sqrt(sum over p of (y[p, c] - mean[c])^2 / M + epsilon).
// Rung 1: the formula as written, all M pixels of 4 channels a thread, read twice. Spare lanes get zeros.
//
// reads    y           [N, OH, OW, C]
// writes   statistics  [2, C]
// words    pixels, channels, c4
// consts   EPSILON

fn thread(c: u32) {
  var sum = vec4f();
  for (var p = 0u; p < pixels(); p++) {
    sum += load_y(p * c4() + c);
  }
  let mean = sum / f32(pixels());
  var squares = vec4f();
  for (var p = 0u; p < pixels(); p++) {
    let deviation = load_y(p * c4() + c) - mean;
    squares += deviation * deviation;
  }
  let inverse = 1.0 / sqrt(squares / f32(pixels()) + EPSILON);
  store_statistics(c, within(mean, 4u * c, channels()));
  store_statistics(c4() + c, within(inverse, 4u * c, channels()));
}
