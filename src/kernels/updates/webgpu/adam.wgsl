// g = gradient + decay * w; m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g^2;
// w = w - rate / c1 * m / (sqrt(v) / sqrt(c2) + epsilon).
//
// reads    gradient     [P]
// reads    rate         [1]
// reads    corrections  [2], 1 - b1^t and 1 - b2^t
// updates  weights      [P]
// updates  first        [P]
// updates  second       [P]
// words    b1, rest1, b2, rest2, epsilon, decay

fn thread(i: u32) {
  let weights = load_weights(i);
  let g = load_gradient(i) + decay() * weights;
  let m = b1() * load_first(i) + rest1() * g;
  let v = b2() * load_second(i) + rest2() * g * g;
  let c = load_corrections(0u);
  store_first(i, m);
  store_second(i, v);
  store_weights(i, weights - load_rate(0u).x / c.x * m / (sqrt(v) / sqrt(c.y) + epsilon()));
}
