// shares = softmax of beta over a node's edges, y = shares * mix: an edge a thread, 4 shares together.
//
// reads    mix     [E, O]
// reads    beta    [E, 1]
// writes   y       [E, O]
// writes   shares  [1, E]
// words    rows, firsts[], ends[]
// extents  K4

fn share(e: u32) -> f32 {
  if (e >= rows()) { return 0.0; }
  let first = firsts(e);
  let last = ends(e);
  var peak = element_beta(4u * first);
  for (var f = first; f < last; f++) { peak = max(peak, element_beta(4u * f)); }
  var sum = 0.0;
  for (var f = first; f < last; f++) { sum += exp(element_beta(4u * f) - peak); }
  return exp(element_beta(4u * e) - peak) / sum;
}

fn thread(i: u32) {
  let own = share(i);
  if (i < rows()) {
    for (var k = i * K4; k < (i + 1u) * K4; k++) { store_y(k, own * load_mix(k)); }
  }
  if (i % 4u == 0u) {
    store_shares(i / 4u, vec4f(own, share(i + 1u), share(i + 2u), share(i + 3u)));
  }
}
