// dx = mix[row, column] * dy.
//
// reads    mix  [E, O]
// reads    dy   [...]
// updates  dx   [...]
// words    place
// consts   ACCUMULATE

fn thread(i: u32) {
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + element_mix(place()) * load_dy(i));
}
