// dx = dy, added to what is there with ACCUMULATE.
//
// reads    dy  [...y], as many elements as dx
// updates  dx  [...]
// consts   ACCUMULATE

fn thread(i: u32) {
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + load_dy(i));
}
