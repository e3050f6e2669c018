// y[c] = a channel of one of the xs: 4 channels of a pixel a thread.
//
// reads    xs[]  [..., C_k]
// writes   y     [..., O]
// words    inputs[], channels[], pitches[]
// extents  O, O4

fn thread(i: u32) {
  let o = i % O4;
  let p = i / O4;
  var y = vec4f();
  for (var lane = 0u; lane < min(4u, O - 4u * o); lane++) {
    let c = 4u * o + lane;
    let k = inputs(c);
    y[lane] = element_xs(k, p * pitches(k) + channels(c));
  }
  store_y(i, y);
}
