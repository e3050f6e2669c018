// Sum of the squares of a chunk: a chunk a thread.
//
// reads    x         [P]
// writes   partials  [chunks, 4]
// words    size
// extents  CHUNK

fn thread(i: u32) {
  var sum = vec4f();
  for (var at = i * CHUNK; at < min((i + 1u) * CHUNK, size()); at++) {
    let x = load_x(at);
    sum += x * x;
  }
  store_partials(i, sum);
}
