// y = value; spare lanes stay zero.
//
// writes   y  [..., columns]
// words    value, pitch4, columns

fn thread(i: u32) {
  store_y(i, within(vec4f(value()), 4u * (i % pitch4()), columns()));
}
