// Mean of each chunk of pixels, and the squared deviations from it: 4 channels of a chunk a thread. Values are taken
// relative to the first pixel of the chunk, so that a large mean costs no digits.
//
// reads    x         [..., C]
// writes   partials  [chunks, 2, C]
// words    pixels
// extents  C4, CHUNK

fn thread(i: u32) {
  let c = i % C4;
  let first = i / C4 * CHUNK;
  let size = min(CHUNK, pixels() - first);
  let origin = load_x(first * C4 + c);
  var sum = vec4f();
  var squares = vec4f();
  for (var p = 0u; p < size; p++) {
    let value = load_x((first + p) * C4 + c) - origin;
    sum += value;
    squares += value * value;
  }
  let mean = sum / f32(size);
  store_partials(2u * (i - c) + c, origin + mean);
  store_partials(2u * (i - c) + C4 + c, max(squares - sum * mean, vec4f()));
}
