// Sum of squares of a chunk.
fn thread(i: u32) {
  var sum = vec4f();
  for (var at = i * CHUNK; at < min((i + 1u) * CHUNK, size()); at++) {
    let x = load_x(at);
    sum += x * x;
  }
  store_partials(i, sum);
}
