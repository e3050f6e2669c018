// dx = dy; added to what stands there with ACCUMULATE.
fn thread(i: u32) {
  if (ACCUMULATE) {
    store_dx(i, load_dx(i) + load_dy(i));
  } else {
    store_dx(i, load_dy(i));
  }
}
