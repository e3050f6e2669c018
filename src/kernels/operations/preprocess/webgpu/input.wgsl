// dx[q, c] = sum over o of dRaw[p, o] * weight[c, o] where x is positive, for all inputs whose gradient is wanted: 4
// channels of a pixel a lane. In a factorized reduce p is the pixel of q in its half; a pixel of an odd row and an even
// column, or the reverse, is in neither.
//
// reads    xs[]   [N, H, W, C_k], those whose gradient is wanted
// reads    dRaw   [N, OH, OW, O]
// reads    first  [I, F]
// updates  dxs[]  [N, H, W, C_k]
// words    height, width, out_height, out_width, o4, inputs, wanted_starts[], start[], channels[], accumulate[]
// consts   LANES, REDUCE

fn group(index: u32, lane: u32) {
  let blocks = wanted_starts(count_dxs());
  let block = index % blocks;
  let q = index / blocks * LANES + lane;
  if (q >= inputs()) { return; }
  var k = 0u;
  while (wanted_starts(k + 1u) <= block) { k++; }
  let c4 = wanted_starts(k + 1u) - wanted_starts(k);
  let c = block - wanted_starts(k);
  // Rows of weights beyond the last channel repeat it.
  let last = channels(k) - 1u;
  let row0 = start(k) + 4u * c;
  let row1 = start(k) + min(4u * c + 1u, last);
  let row2 = start(k) + min(4u * c + 2u, last);
  let row3 = start(k) + min(4u * c + 3u, last);
  var dx = vec4f();
  if (REDUCE) {
    let pixel = pixel_at(q, height(), width());
    let odd = pixel.row % 2u;
    if (pixel.column % 2u == odd) {
      let p = (pixel.image * out_height() + pixel.row / 2u) * out_width() + pixel.column / 2u;
      for (var o = 0u; o < o4(); o++) {
        let dRaw = load_dRaw(p * o4() + o);
        if (odd == 0u) {
          dx += vec4f(
            dot(dRaw, first_row(row0, o)),
            dot(dRaw, first_row(row1, o)),
            dot(dRaw, first_row(row2, o)),
            dot(dRaw, first_row(row3, o)),
          );
        } else {
          dx += vec4f(
            dot(dRaw, second_row(row0, o)),
            dot(dRaw, second_row(row1, o)),
            dot(dRaw, second_row(row2, o)),
            dot(dRaw, second_row(row3, o)),
          );
        }
      }
    }
  } else {
    for (var o = 0u; o < o4(); o++) {
      let dRaw = load_dRaw(q * o4() + o);
      dx += vec4f(
        dot(dRaw, load_first(row0 * o4() + o)),
        dot(dRaw, load_first(row1 * o4() + o)),
        dot(dRaw, load_first(row2 * o4() + o)),
        dot(dRaw, load_first(row3 * o4() + o)),
      );
    }
  }
  let at = q * c4 + c;
  dx = select(vec4f(), within(dx, 4u * c, channels(k)), load_xs(k, at) > vec4f());
  if (accumulate(k) != 0u) {
    dx += load_dxs(k, at);
  }
  store_dxs(k, at, dx);
}
