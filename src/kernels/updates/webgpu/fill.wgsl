// y = value; spare lanes stay zero.
fn thread(i: u32) {
  store_y(i, within(vec4f(value()), 4u * (i % pitch4()), columns()));
}
