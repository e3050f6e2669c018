// The gradient of the normalised output of a half, from that of the next half's depthwise convolution, through ReLU: 4
// channels of 4 pixels a lane. Rung 3 of the sums of naive/gradient-sums.wgsl: with SUMS (on a GPU) a group also leaves
// its partial sums of the gradient and of gradient * xhat, which saves reading both once more.
//
// reads    sources[]  [N, H, W, C], one a branch
// writes   dinputs[]  [N, H, W, C]
// writes   partials?  [chunks, B, 2, C]
// words    images, height, width, c4
// consts   LANES, SUMS

// The gradient through ReLU, zero beyond the image; adds its product with the output to sumDyXhat.
fn through_relu(sources: u32, dinputs: u32, at: u32, dy: vec4f, norm: Norm, inside: bool, sumDyXhat: ptr<function, vec4f>) -> vec4f {
  if (!inside) {
    return vec4f();
  }
  let raw = load_at_sources(sources, at);
  let dinput = select(vec4f(), dy, (raw - norm.mean) * norm.inverse > vec4f());
  store_at_dinputs(dinputs, at, dinput);
  *sumDyXhat += dinput * (raw - norm.mean);
  return dinput;
}

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_sources();
  let in_row = (width() + 3u) / 4u;
  let chunk = index / c4() / count_sources();
  let tile = chunk * LANES + lane;
  let line = tile / in_row;
  let norm = norm_of(k, c);
  var sumDy = vec4f();
  var sumDyXhat = vec4f();
  if (line < images() * height()) {
    let sources = place_sources(k);
    let dinputs = place_dinputs(k);
    let column = tile % in_row * 4u;
    let dy = through_depth(k, line / height(), line % height(), column, c);
    let at = (line * width() + column) * c4() + c;
    sumDy += through_relu(sources, dinputs, at, dy.q0, norm, true, &sumDyXhat);
    sumDy += through_relu(sources, dinputs, at + c4(), dy.q1, norm, column + 1u < width(), &sumDyXhat);
    sumDy += through_relu(sources, dinputs, at + 2u * c4(), dy.q2, norm, column + 2u < width(), &sumDyXhat);
    sumDy += through_relu(sources, dinputs, at + 3u * c4(), dy.q3, norm, column + 3u < width(), &sumDyXhat);
  }
  if (SUMS) {
    let all = sum_over_lanes(lane, sumDy);
    let all_sumDyXhat = sum_over_lanes(lane, sumDyXhat);
    if (lane == 0u) {
      let to = (chunk * count_sources() + k) * 2u * c4() + c;
      store_partials(to, all);
      store_partials(to + c4(), all_sumDyXhat * norm.inverse);
    }
  }
}
