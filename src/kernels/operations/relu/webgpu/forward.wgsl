// y = max(x, 0).
//
// reads    x  [...]
// writes   y  [...]

fn thread(i: u32) {
  store_y(i, max(load_x(i), vec4f()));
}
