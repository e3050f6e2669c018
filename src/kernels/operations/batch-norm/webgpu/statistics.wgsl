// Mean and inverse deviation of each channel from those of the chunks (Chan, Golub and LeVeque 1979):
// squares = sum of squares_k + size_k * (mean_k - mean)^2. Spare lanes get zeros.
//
// reads    partials    [chunks, 2, C]
// writes   statistics  [2, C]
// words    pixels, chunks
// consts   EPSILON
// extents  C4, C, CHUNK

fn size(k: u32) -> f32 {
  return f32(min(CHUNK, pixels() - k * CHUNK));
}

fn thread(c: u32) {
  var sum = vec4f();
  for (var group = 0u; group < chunks(); group += 16u) {
    var part = vec4f();
    for (var k = group; k < min(group + 16u, chunks()); k++) {
      part += load_partials(2u * k * C4 + c) * size(k);
    }
    sum += part;
  }
  let mean = sum / f32(pixels());
  var squares = vec4f();
  for (var group = 0u; group < chunks(); group += 16u) {
    var part = vec4f();
    for (var k = group; k < min(group + 16u, chunks()); k++) {
      let deviation = load_partials(2u * k * C4 + c) - mean;
      part += load_partials((2u * k + 1u) * C4 + c) + size(k) * deviation * deviation;
    }
    squares += part;
  }
  let inverse = 1.0 / sqrt(squares / f32(pixels()) + EPSILON);
  store_statistics(c, within(mean, 4u * c, C));
  store_statistics(C4 + c, within(inverse, 4u * c, C));
}
