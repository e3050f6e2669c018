// dx = gamma * inv * dy.
//
// reads    gamma       [C]
// reads    statistics  [2, C]
// reads    dy          [..., C]
// updates  dx          [..., C]
// consts   ACCUMULATE
// extents  C4

fn thread(i: u32) {
  let c = i % C4;
  let dx = load_gamma(c) * load_statistics(C4 + c) * load_dy(i);
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
