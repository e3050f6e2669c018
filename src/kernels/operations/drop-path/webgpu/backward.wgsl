// dx = factors[n, column] * dy.
fn thread(i: u32) {
  let gradient = element_factors(i / IMAGE * PITCH + column()) * load_dy(i);
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + gradient);
}
