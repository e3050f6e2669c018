// Mean and inverse deviation of all outputs to be normalised, from those of their chunks (Chan, Golub and LeVeque
// 1979): squares = sum of squares_k + size_k * (mean_k - mean)^2. Spare lanes get zeros. Rung 2 after
// naive/statistics.wgsl, with sums.wgsl or point.wgsl for the chunks: a thread adds up chunks, not pixels.
//
// reads    partials      [M, chunks, 2, C]
// writes   statistics[]  [2, C], one an output
// words    pixels, c4, channels, chunks, per_chunk
// consts   EPSILON

fn size(chunk: u32) -> f32 {
  return f32(min(per_chunk(), pixels() - chunk * per_chunk()));
}

fn thread(i: u32) {
  let c = i % c4();
  let k = i / c4();
  let at = k * chunks() * 2u * c4() + c;
  var sum = vec4f();
  for (var group = 0u; group < chunks(); group += 16u) {
    var part = vec4f();
    for (var j = group; j < min(group + 16u, chunks()); j++) {
      part += load_partials(at + 2u * j * c4()) * size(j);
    }
    sum += part;
  }
  let mean = sum / f32(pixels());
  var squares = vec4f();
  for (var group = 0u; group < chunks(); group += 16u) {
    var part = vec4f();
    for (var j = group; j < min(group + 16u, chunks()); j++) {
      let deviation = load_partials(at + 2u * j * c4()) - mean;
      part += load_partials(at + (2u * j + 1u) * c4()) + size(j) * deviation * deviation;
    }
    squares += part;
  }
  let inverse = 1.0 / sqrt(squares / f32(pixels()) + EPSILON);
  store_statistics(k, c, within(mean, 4u * c, channels()));
  store_statistics(k, c4() + c, within(inverse, 4u * c, channels()));
}
