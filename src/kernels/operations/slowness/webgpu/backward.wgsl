// dx = 2 * scale * ((x - before) + (x - after)).
//
// reads    x        [...]
// reads    before?  [...]
// reads    after?   [...]
// updates  dx       [...]
// words    scale
// consts   ACCUMULATE

fn thread(i: u32) {
  let x = load_x(i);
  var difference = vec4f();
  if (has_before) { difference += x - load_before(i); }
  if (has_after) { difference += x - load_after(i); }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + 2.0 * scale() * difference);
}
