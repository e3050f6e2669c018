// dx = dy where x > 0; added to what stands there with ACCUMULATE.
fn thread(i: u32) {
  let gradient = select(vec4f(), load_dy(i), load_x(i) > vec4f());
  if (ACCUMULATE) {
    store_dx(i, load_dx(i) + gradient);
  } else {
    store_dx(i, gradient);
  }
}
