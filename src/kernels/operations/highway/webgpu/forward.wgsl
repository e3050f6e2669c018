// y = sum over edges of A * s + sigmoid(c) * (F - A * s): 4 elements a thread.
//
// reads    states[]    [N, C]
// reads    products[]  [N, 2, C]
// writes   y           [N, C]
// extents  C, C4

fn thread(i: u32) {
  let n = i / C4;
  let at = i % C4;
  var y = vec4f();
  for (var e = 0u; e < count_states(); e++) {
    let gate = sigmoid(load_products(e, 2u * n * C4 + at));
    let h = load_products(e, (2u * n + 1u) * C4 + at);
    var all = 0.0;
    var f = vec4f();
    for (var k = 0u; k < 4u; k++) {
      let a = coefficient(e, k);
      if (a != 0.0) {
        all += a;
        f += a * activated(k, h);
      }
    }
    let carried = all * load_states(e, i);
    y += carried + gate * (f - carried);
  }
  store_y(i, within(y, 4u * at, C));
}
