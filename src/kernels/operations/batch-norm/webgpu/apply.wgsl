// y = gamma * (x - mean) * inv + beta.
//
// reads    x           [..., C]
// reads    statistics  [2, C]
// reads    gamma?      [C]
// reads    beta?       [C]
// writes   y           [..., C]
// extents  C4

fn thread(i: u32) {
  let c = i % C4;
  var y = (load_x(i) - load_statistics(c)) * load_statistics(C4 + c);
  if (has_gamma) {
    y = y * load_gamma(c) + load_beta(c);
  }
  store_y(i, y);
}
