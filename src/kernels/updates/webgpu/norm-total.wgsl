// Root of the sum of all partial sums: one thread.
//
// reads    partials  [chunks, 4]
// writes   out       [1]
// words    chunks

fn thread(_i: u32) {
  var sum = vec4f();
  for (var group = 0u; group < chunks(); group += 64u) {
    var part = vec4f();
    for (var k = group; k < min(group + 64u, chunks()); k++) {
      part += load_partials(k);
    }
    sum += part;
  }
  store_out(0u, vec4f(sqrt((sum.x + sum.y) + (sum.z + sum.w)), 0.0, 0.0, 0.0));
}
