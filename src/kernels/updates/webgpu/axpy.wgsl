// out = base + factor * scale * x; out may be base.
//
// reads    base    [P]
// reads    x       [P]
// reads    scale?  [1]
// writes   out     [P]
// words    factor

fn thread(i: u32) {
  var a = factor();
  if (has_scale) {
    a *= load_scale(0u).x;
  }
  store_out(i, load_base(i) + a * load_x(i));
}
