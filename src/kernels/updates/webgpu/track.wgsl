// Running mean and variance move towards those of the batch by `momentum`; the variance of the batch is the unbiased
// one.
//
// reads    statistics  [2, C]
// updates  mean        [C]
// updates  variance    [C]
// words    momentum, unbias
// consts   EPSILON
// extents  C4, C

fn thread(c: u32) {
  let inverse = load_statistics(C4 + c);
  let biased = max(vec4f(), 1.0 / (inverse * inverse) - EPSILON);
  let unbiased = within(biased * unbias(), 4u * c, C);
  store_mean(c, load_mean(c) + momentum() * (load_statistics(c) - load_mean(c)));
  store_variance(c, load_variance(c) + momentum() * (unbiased - load_variance(c)));
}
