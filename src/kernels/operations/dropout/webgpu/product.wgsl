// to = from * mask; added to what stands there with ACCUMULATE.
fn thread(i: u32) {
  store_to(i, select(vec4f(), load_to(i), ACCUMULATE) + load_from(i) * load_mask(i));
}
