// dx = dy where x > 0, added to what is there with ACCUMULATE.
//
// reads    x   [...]
// reads    dy  [...]
// updates  dx  [...]
// consts   ACCUMULATE

fn thread(i: u32) {
  let gradient = select(vec4f(), load_dy(i), load_x(i) > vec4f());
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + gradient);
}
