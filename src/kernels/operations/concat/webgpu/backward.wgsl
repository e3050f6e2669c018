// dx = C channels of dy, from `channel()` on: 4 channels of a pixel a thread.
//
// reads    dy  [..., D]
// updates  dx  [..., C]
// words    channel, pitch
// consts   ACCUMULATE
// extents  C, C4

fn thread(i: u32) {
  let c = i % C4;
  let p = i / C4;
  var dx = vec4f();
  for (var lane = 0u; lane < min(4u, C - 4u * c); lane++) {
    dx[lane] = element_dy(p * pitch() + channel() + 4u * c + lane);
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
