// Sum of dy * x over a chunk, for one term: four sums side by side.
//
// reads    dy        [...]
// reads    xs[]      [...]
// writes   partials  [T, chunks, 4]
// words    chunks, size
// extents  CHUNK

fn thread(i: u32) {
  let k = i / chunks();
  let first = i % chunks() * CHUNK;
  var sum = vec4f();
  for (var at = first; at < min(first + CHUNK, size()); at++) {
    sum += load_dy(at) * load_xs(k, at);
  }
  store_partials(i, sum);
}
