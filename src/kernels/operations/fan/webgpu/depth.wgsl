// between[p, c] = sum over taps of source[q, c] * weight[tap, c], for all separable branches: 4 channels of 4 pixels a
// lane. Rung 2 after naive/depthwise.wgsl, which loads a source pixel for each tap: here the 4 pixels lie in a row,
// `pixel_gap` from each other, `tap_shift` taps of one between it and the next, so that a source pixel is loaded once
// and moves through registers from one pixel to the one before it. One dispatch serves all branches.
//
// reads    sources[]   [N, H, W, C], one a branch
// reads    depths[]    [K_k, K_k, C]
// writes   betweens[]  [N, OH, OW, C]
// words    images, height, width, out_height, out_width, c4, kernel[], dilation[], pixel_gap[], tap_shift[]
// consts   LANES, STRIDE

// Pixels of the source under the taps, of the last steps, the latest first.
struct Row {
  x0: vec4f,
  x1: vec4f,
  x2: vec4f,
  x3: vec4f,
  x4: vec4f,
  x5: vec4f,
  x6: vec4f,
}

fn row_before(row: Row, latest: vec4f) -> Row {
  return Row(latest, row.x0, row.x1, row.x2, row.x3, row.x4, row.x5);
}

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_depths();
  let tile = index / c4() / count_depths() * LANES + lane;
  let gap = pixel_gap(k);
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
  let steps = tap_shift(k);
  let padding = dilated * (i32(taps) - 1) / 2;
  let top = i32(line % out_height() * STRIDE) - padding;
  let left = i32(column * STRIDE) - padding;
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  for (var a = 0u; a < taps; a++) {
    let row = top + i32(a) * dilated;
    if (row < 0 || row >= i32(height())) { continue; }
    let start = (image + u32(row)) * width();
    var x = Row();
    for (var j = 0u; j < 3u * steps + taps; j++) {
      let at = left + i32(j) * dilated;
      var latest = vec4f();
      if (at >= 0 && at < i32(width())) {
        latest = load_rectified(sources, (start + u32(at)) * c4() + c, norm);
      }
      x = row_before(x, latest);
      // The first pixels of the row come before the last pixel's first tap.
      if (j < 3u * steps) { continue; }
      let weight = load_at_depths(depths, (a * taps + j - 3u * steps) * c4() + c);
      y3 += x.x0 * weight;
      if (STRIDE == 1u || steps == 1u) {
        y2 += x.x1 * weight;
        y1 += x.x2 * weight;
        y0 += x.x3 * weight;
      } else {
        y2 += x.x2 * weight;
        y1 += x.x4 * weight;
        y0 += x.x6 * weight;
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
