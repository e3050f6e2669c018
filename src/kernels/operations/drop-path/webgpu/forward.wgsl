// y = factors[n, column] * x.
//
// reads    x        [N, ...]
// reads    factors  [N, B]
// writes   y        [N, ...]
// words    column
// extents  IMAGE, PITCH

fn thread(i: u32) {
  store_y(i, element_factors(i / IMAGE * PITCH + column()) * load_x(i));
}
