// between[p, c] = sum over taps of source[q, c] * weight[tap, c], for all separable branches: 4 channels of 4 pixels a
// lane. The pixels lie in a row, `apart` from each other, so that `slide` taps of one lie between it and the next: a pixel
// of the source is loaded once, and a weight that it meets for one pixel comes to the next `slide` steps later.

// Of the last steps, the latest first.
struct Weights {
  w0: vec4f,
  w1: vec4f,
  w2: vec4f,
  w3: vec4f,
  w4: vec4f,
  w5: vec4f,
  w6: vec4f,
}

fn weights_before(w: Weights, latest: vec4f) -> Weights {
  return Weights(latest, w.w0, w.w1, w.w2, w.w3, w.w4, w.w5);
}

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_depths();
  let tile = index / c4() / count_depths() * LANES + lane;
  let gap = apart(k);
  let in_row = (out_width() + 4u * gap - 1u) / (4u * gap) * gap;
  let line = tile / in_row;
  if (line >= images() * out_height()) { return; }
  let column = tile % in_row / gap * 4u * gap + tile % gap;
  let image = line / out_height() * height();
  let norm = norm_of(k, c);
  let sources = place_sources(k);
  let depths = place_depths(k);
  let taps = kernel(k);
  let dilated = i32(dilation(k));
  let shift = slide(k);
  let padding = dilated * (i32(taps) - 1) / 2;
  let window = 3u * shift + taps;
  let top = i32(line % out_height() * STRIDE) - padding;
  let left = i32(column * STRIDE) - padding;
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  for (var a = 0u; a < taps; a++) {
    let row = top + i32(a) * dilated;
    if (row < 0 || row >= i32(height())) { continue; }
    var weights = Weights();
    for (var j = 0u; j < window; j++) {
      let there = j < taps;
      let weight = load_at_depths(depths, (a * taps + select(0u, j, there)) * c4() + c);
      weights = weights_before(weights, select(vec4f(), weight, there));
      let at = left + i32(j) * dilated;
      let inside = at >= 0 && at < i32(width());
      let i = ((image + u32(row)) * width() + select(0u, u32(at), inside)) * c4() + c;
      let x = select(vec4f(), load_rectified(sources, i, norm), inside);
      y0 += x * weights.w0;
      if (STRIDE == 1u || shift == 1u) {
        y1 += x * weights.w1;
        y2 += x * weights.w2;
        y3 += x * weights.w3;
      } else {
        y1 += x * weights.w2;
        y2 += x * weights.w4;
        y3 += x * weights.w6;
      }
    }
  }
  let to = (line * out_width() + column) * c4() + c;
  let betweens = place_betweens(k);
  let next = gap * c4();
  store_at_betweens(betweens, to, y0);
  if (column + gap < out_width()) { store_at_betweens(betweens, to + next, y1); }
  if (column + 2u * gap < out_width()) { store_at_betweens(betweens, to + 2u * next, y2); }
  if (column + 3u * gap < out_width()) { store_at_betweens(betweens, to + 3u * next, y3); }
}
