// dx = factors[n, column] * dy.
//
// reads    factors  [N, B]
// reads    dy       [N, ...]
// updates  dx       [N, ...]
// words    column
// consts   ACCUMULATE
// extents  IMAGE, PITCH

fn thread(i: u32) {
  let gradient = element_factors(i / IMAGE * PITCH + column()) * load_dy(i);
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + gradient);
}
