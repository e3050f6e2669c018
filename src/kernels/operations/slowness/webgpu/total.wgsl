// loss = scale * sum of the partial sums.
//
// reads    partials  [partial_sums, 4]
// writes   loss      [1]
// words    partial_sums, scale

fn thread(i: u32) {
  var sum = vec4f();
  for (var group = 0u; group < partial_sums(); group += 64u) {
    var part = vec4f();
    for (var at = group; at < min(group + 64u, partial_sums()); at++) {
      part += load_partials(at);
    }
    sum += part;
  }
  store_loss(0u, vec4f(scale() * ((sum.x + sum.y) + (sum.z + sum.w)), 0.0, 0.0, 0.0));
}
