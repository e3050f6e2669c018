// y[c] = a channel of one of the xs: 4 channels of a pixel a thread.
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
