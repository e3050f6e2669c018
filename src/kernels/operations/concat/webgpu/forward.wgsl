// y = xs side by side along channels: 4 channels of a pixel a thread, each from the x that holds it.
//
// reads    xs[]  [..., C_k]
// writes   y     [..., O]
// words    starts[], pitches[]
// extents  O, O4

fn thread(i: u32) {
  let o = i % O4;
  let p = i / O4;
  var y = vec4f();
  var k = 0u;
  for (var lane = 0u; lane < min(4u, O - 4u * o); lane++) {
    let channel = 4u * o + lane;
    while (channel >= starts(k + 1u)) { k++; }
    y[lane] = element_xs(k, p * pitches(k) + channel - starts(k));
  }
  store_y(i, y);
}
