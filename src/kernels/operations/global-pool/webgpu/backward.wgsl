// dx[n, p, c] = dy[n, channel + c] / pixels: 4 channels of a pixel a thread.
//
// reads    dy  [N, D]
// updates  dx  [N, H, W, C]
// words    channel, pitch
// consts   ACCUMULATE
// extents  C, C4, PIXELS

fn thread(i: u32) {
  let c = i % C4;
  let n = i / (C4 * PIXELS);
  var dx = vec4f();
  for (var lane = 0u; lane < min(4u, C - 4u * c); lane++) {
    dx[lane] = element_dy(n * pitch() + channel() + 4u * c + lane) / f32(PIXELS);
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
