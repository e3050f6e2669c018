// y = sum over terms of mix[row, column] * x.
//
// reads    mix   [E, O]
// reads    xs[]  [...]
// writes   y     [...]
// words    places[]

fn thread(i: u32) {
  var y = vec4f();
  for (var k = 0u; k < count_xs(); k++) {
    y += element_mix(places(k)) * load_xs(k, i);
  }
  store_y(i, y);
}
