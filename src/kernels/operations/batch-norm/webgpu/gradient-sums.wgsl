// Sums of dy and of dy * xhat over each chunk of pixels.
//
// reads    x           [..., C]
// reads    statistics  [2, C]
// reads    dy          [..., C]
// writes   partials    [chunks, 2, C]
// words    pixels
// extents  C4, CHUNK

fn thread(i: u32) {
  let c = i % C4;
  let first = i / C4 * CHUNK;
  let mean = load_statistics(c);
  let inverse = load_statistics(C4 + c);
  var sumDy = vec4f();
  var sumDyXhat = vec4f();
  for (var p = first; p < min(first + CHUNK, pixels()); p++) {
    let dy = load_dy(p * C4 + c);
    sumDy += dy;
    sumDyXhat += dy * (load_x(p * C4 + c) - mean) * inverse;
  }
  store_partials(2u * (i - c) + c, sumDy);
  store_partials(2u * (i - c) + C4 + c, sumDyXhat);
}
