// y[e, k] = exp(x[e, k] - peak) / sum over k of the same: a row a thread.
//
// reads    x  [E, K]
// writes   y  [E, K]
// words    columns, columns4
// extents  K, K4

fn thread(e: u32) {
  var peak = element_x(4u * e * K4);
  for (var k = 1u; k < columns(); k++) {
    peak = max(peak, element_x(4u * e * K4 + k));
  }
  var sum = vec4f();
  for (var k = 0u; k < columns4(); k++) {
    sum += within(exp(load_x(e * K4 + k) - peak), 4u * k, K);
  }
  let whole = (sum.x + sum.y) + (sum.z + sum.w);
  for (var k = 0u; k < columns4(); k++) {
    store_y(e * K4 + k, within(exp(load_x(e * K4 + k) - peak) / whole, 4u * k, K));
  }
}
