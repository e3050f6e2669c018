// The second stage of a sum: adds up partial results that lie `width()` vec4s apart, in order, by groups of 16.
fn thread(i: u32) {
  var sum = vec4f();
  for (var group = 0u; group < count(); group += 16u) {
    var part = vec4f();
    for (var k = group; k < min(group + 16u, count()); k++) {
      part += load_partials(k * width() + i);
    }
    sum += part;
  }
  store_y(i, sum);
}
