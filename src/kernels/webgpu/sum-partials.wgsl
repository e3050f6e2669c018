// The second stage of a sum: adds up `count()` partial results of `width()` vec4s each, in order, by groups of 16.
//
// reads    partials  [count, width, 4]
// writes   y         [...]
// words    count, width

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
