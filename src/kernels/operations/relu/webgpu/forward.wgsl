// y = max(x, 0).
fn thread(i: u32) {
  store_y(i, max(load_x(i), vec4f()));
}
