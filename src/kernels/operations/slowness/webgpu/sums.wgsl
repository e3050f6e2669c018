// Sum of squared differences of a pair over a chunk: four sums side by side.
//
// reads    xs[]      [...]
// writes   partials  [T, chunks, 4]
// words    chunks, size
// extents  CHUNK

fn thread(i: u32) {
  let pair = i / chunks();
  let first = i % chunks() * CHUNK;
  var sum = vec4f();
  for (var at = first; at < min(first + CHUNK, size()); at++) {
    let difference = load_xs(pair + 1u, at) - load_xs(pair, at);
    sum += difference * difference;
  }
  store_partials(i, sum);
}
