// Mean and inverse deviation of running statistics; spare lanes get zeros.
//
// reads    mean        [C]
// reads    variance    [C]
// writes   statistics  [2, C]
// consts   EPSILON
// extents  C4, C

fn thread(c: u32) {
  store_statistics(c, load_mean(c));
  store_statistics(C4 + c, within(1.0 / sqrt(load_variance(c) + EPSILON), 4u * c, C));
}
