// Mean loss of all images, weighted, and the number of hits: one thread.
//
// reads    results  [images, 4]
// writes   loss     [1]
// writes   correct  [1]
// words    images, weight

fn thread(_i: u32) {
  var sum = vec4f();
  for (var group = 0u; group < images(); group += 16u) {
    var part = vec4f();
    for (var n = group; n < min(group + 16u, images()); n++) {
      part += load_results(n);
    }
    sum += part;
  }
  store_loss(0u, vec4f(weight() * sum.x / f32(images()), 0.0, 0.0, 0.0));
  store_correct(0u, vec4f(sum.y, 0.0, 0.0, 0.0));
}
