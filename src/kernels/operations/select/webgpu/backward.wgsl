// dx[c] = the channel of dy that c went to, counted from 1; 0: none. 4 channels of a pixel a thread.
//
// reads    dy  [..., D]
// updates  dx  [..., C]
// words    channels[], pitch
// consts   ACCUMULATE
// extents  C, C4

fn thread(i: u32) {
  let o = i % C4;
  let p = i / C4;
  var dx = vec4f();
  for (var lane = 0u; lane < min(4u, C - 4u * o); lane++) {
    let c = channels(4u * o + lane);
    if (c > 0u) {
      dx[lane] = element_dy(p * pitch() + c - 1u);
    }
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
