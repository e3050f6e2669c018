// y[n, c] = mean over pixels of xs side by side: 4 channels of an image a thread, each from the x that holds it.
//
// reads    xs[]  [N, H, W, C_k]
// writes   y     [N, O]
// words    pixels, starts[], pitches[]
// extents  O, O4, LONGEST

fn thread(i: u32) {
  let o = i % O4;
  let n = i / O4;
  var y = vec4f();
  var k = 0u;
  for (var lane = 0u; lane < min(4u, O - 4u * o); lane++) {
    let channel = 4u * o + lane;
    while (channel >= starts(k + 1u)) { k++; }
    let first = n * pixels() * pitches(k) + channel - starts(k);
    var sum = 0.0;
    for (var group = 0u; group < pixels(); group += LONGEST) {
      var part = 0.0;
      for (var p = group; p < min(group + LONGEST, pixels()); p++) {
        part += element_xs(k, first + p * pitches(k));
      }
      sum += part;
    }
    y[lane] = sum / f32(pixels());
  }
  store_y(i, y);
}
