// y = sum of xs.
//
// reads    xs[]  [...]
// writes   y     [...y], as many elements as each x

fn thread(i: u32) {
  var sum = load_xs(0u, i);
  for (var k = 1u; k < count_xs(); k++) {
    sum += load_xs(k, i);
  }
  store_y(i, sum);
}
