// The second stage of several sums: adds up partial results of `width()` vec4s, in order, by groups of 16, and cuts the
// sum into parts that start at starts(0), starts(1), ...
//
// reads    partials   [chunks, width, 4]
// writes   results[]  [..._k], one a part
// words    chunks, width, starts[]

fn thread(i: u32) {
  var sum = vec4f();
  for (var group = 0u; group < chunks(); group += 16u) {
    var part = vec4f();
    for (var k = group; k < min(group + 16u, chunks()); k++) {
      part += load_partials(k * width() + i);
    }
    sum += part;
  }
  var result = 0u;
  while (starts(result + 1u) <= i) { result++; }
  store_results(result, i - starts(result), sum);
}
