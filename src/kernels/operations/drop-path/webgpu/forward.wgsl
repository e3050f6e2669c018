// y = factors[n, column] * x.
fn thread(i: u32) {
  store_y(i, element_factors(i / IMAGE * PITCH + column()) * load_x(i));
}
