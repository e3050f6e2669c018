// The gradient of a half's normalised output from that of the next half's depthwise convolution, through ReLU: 4 channels
// of 4 pixels a lane.
fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_sources();
  let in_row = (width() + 3u) / 4u;
  let tile = index / c4() / count_sources() * LANES + lane;
  let line = tile / in_row;
  if (line >= images() * height()) { return; }
  let column = tile % in_row * 4u;
  let dy = through_depth(k, line / height(), line % height(), column, c);
  let norm = norm_of(k, c);
  let at = (line * width() + column) * c4() + c;
  store_through(k, at, dy.q0, norm);
  if (column + 1u < width()) { store_through(k, at + c4(), dy.q1, norm); }
  if (column + 2u < width()) { store_through(k, at + 2u * c4(), dy.q2, norm); }
  if (column + 3u < width()) { store_through(k, at + 3u * c4(), dy.q3, norm); }
}

fn store_through(k: u32, at: u32, dy: vec4f, norm: Norm) {
  let positive = load_rectified(k, at, norm) > vec4f();
  store_dinputs(k, at, select(vec4f(), dy, positive));
}
