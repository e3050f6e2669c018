// dx[e, k] = y[e, k] * (dy[e, k] - sum over k of y * dy): a row a thread.
//
// reads    y   [E, K]
// reads    dy  [E, K]
// updates  dx  [E, K]
// words    columns4
// consts   ACCUMULATE
// extents  K4

fn thread(e: u32) {
  var sum = 0.0;
  for (var k = e * K4; k < e * K4 + columns4(); k++) {
    sum += dot(load_y(k), load_dy(k));
  }
  for (var k = e * K4; k < e * K4 + columns4(); k++) {
    store_dx(k, select(vec4f(), load_dx(k), ACCUMULATE) + load_y(k) * (load_dy(k) - sum));
  }
}
