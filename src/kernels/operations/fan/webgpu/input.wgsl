// dx = sum over branches of the gradient through their first depthwise convolution and ReLU, over pools of the gradient
// through their windows, over identities of coefficient * dy: 4 channels of 4 pixels of a row a lane. Rung 2 after
// naive/depthwise-input.wgsl and naive/pool-input.wgsl, which add to dx branch by branch: here dx is written once, and
// the largest pixel of a window is not searched for again.
//
// reads    x                  [N, H, W, C]
// reads    dense[]            [N, H, W, C], one a dense branch
// reads    depths[]           [K_k, K_k, C], counted only
// reads    dpools[]           [N, OH, OW, C]
// reads    winners?           [N, OH, OW, C], of max pools: the pixel of the window
// reads    identities[]       [N, H, W, C]
// reads    identity_mixes[]?  [E, O]
// updates  dx                 [N, H, W, C]
// words    images, height, width, out_height, out_width, c4, maximum[], identity_weighted[], identity_place[]
// consts   LANES, STRIDE, ACCUMULATE

// The gradient of 4 pixels of a row through 3x3 windows.
fn through_pool(k: u32, image: u32, row: u32, column: u32, c: u32) -> Four {
  let before = 1u / STRIDE;
  let reach = 1u + STRIDE * before;
  let window = (3u + reach) / STRIDE + 1u;
  var sum = Four();
  for (var a = 0u; a < 3u; a++) {
    let down = row + 1u - a;
    if (down % STRIDE != 0u || down / STRIDE >= out_height()) { continue; }
    let line = (image * out_height() + down / STRIDE) * out_width();
    for (var j = 0u; j < window; j++) {
      let p = column / STRIDE + j - before;
      if (p >= out_width()) { continue; }
      let at = (line + p) * c4() + c;
      let dy = load_dpools(k, at);
      var winner = vec4f();
      if (maximum(k) != 0u) {
        winner = load_winners(at);
      }
      let offset = reach - STRIDE * j;
      sum.q0 += share(k, dy, winner, a, offset);
      sum.q1 += share(k, dy, winner, a, offset + 1u);
      sum.q2 += share(k, dy, winner, a, offset + 2u);
      sum.q3 += share(k, dy, winner, a, offset + 3u);
    }
  }
  return sum;
}

// The gradient of pixel (a, b) of a window; b beyond 2 is outside of it.
fn share(k: u32, dy: vec4f, winner: vec4f, a: u32, b: u32) -> vec4f {
  if (b > 2u) {
    return vec4f();
  }
  if (maximum(k) != 0u) {
    return select(vec4f(), dy, winner == vec4f(f32(3u * a + b)));
  }
  return dy;
}

fn add(a: Four, b: Four) -> Four {
  return Four(a.q0 + b.q0, a.q1 + b.q1, a.q2 + b.q2, a.q3 + b.q3);
}

// Adds dense branches and identities, and stores the gradient; `rectified` passes ReLU, `other` does not.
fn finish(at: u32, rectified: vec4f, other: vec4f) {
  var inner = rectified;
  for (var k = 0u; k < count_dense(); k++) {
    inner += load_dense(k, at);
  }
  var dx = other + select(vec4f(), inner, load_x(at) > vec4f());
  for (var k = 0u; k < count_identities(); k++) {
    var coefficient = 1.0;
    if (identity_weighted(k) != 0u) {
      coefficient = element_identity_mixes(k, identity_place(k));
    }
    dx += coefficient * load_identities(k, at);
  }
  store_dx(at, select(vec4f(), load_dx(at), ACCUMULATE) + dx);
}

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let in_row = (width() + 3u) / 4u;
  let tile = index / c4() * LANES + lane;
  let line = tile / in_row;
  if (line >= images() * height()) { return; }
  let column = tile % in_row * 4u;
  let image = line / height();
  let row = line % height();
  var branches = Four();
  for (var k = 0u; k < count_depths(); k++) {
    branches = add(branches, through_depth(k, image, row, column, c));
  }
  var pools = Four();
  for (var k = 0u; k < count_dpools(); k++) {
    pools = add(pools, through_pool(k, image, row, column, c));
  }
  let at = (line * width() + column) * c4() + c;
  finish(at, branches.q0, pools.q0);
  if (column + 1u < width()) { finish(at + c4(), branches.q1, pools.q1); }
  if (column + 2u < width()) { finish(at + 2u * c4(), branches.q2, pools.q2); }
  if (column + 3u < width()) { finish(at + 3u * c4(), branches.q3, pools.q3); }
}
