// dx = dy; added to what stands there with ACCUMULATE.
fn thread(i: u32) {
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + load_dy(i));
}
