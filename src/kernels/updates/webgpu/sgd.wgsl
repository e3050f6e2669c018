// g = gradient * min(1, clip / (norm + 1e-6)) + decay * w; m = momentum * m + g; w = w - rate * m.
//
// reads    gradient  [P]
// reads    rate      [1]
// reads    norm?     [1]
// updates  weights   [P]
// updates  velocity  [P]
// words    momentum, decay, clip

fn thread(i: u32) {
  var scale = 1.0;
  if (has_norm) {
    scale = min(1.0, clip() / (load_norm(0u).x + 1e-6));
  }
  let weights = load_weights(i);
  let g = load_gradient(i) * scale + decay() * weights;
  let m = momentum() * load_velocity(i) + g;
  store_velocity(i, m);
  store_weights(i, weights - load_rate(0u).x * m);
}
