// dx[q, c] = sum over taps and o of dy[p, o] * weight[tap, c, o]: 4 input channels of a pixel a thread.
//
// reads    weight  [KH, KW, I, O]
// reads    dy      [N, OH, OW, O]
// updates  dx      [N, H, W, I]
// words    height, width, outputs4
// consts   ACCUMULATE
// extents  H, W, OH, OW, KH, KW, STRIDE, I, I4, O4

fn top() -> i32 {
  return i32((KH - 1u) / 2u);
}

fn left() -> i32 {
  return i32((KW - 1u) / 2u);
}

fn thread(i: u32) {
  let c = i % I4;
  let pixel = pixel_at(i / I4, H, W);
  var dx = vec4f();
  for (var a = 0u; a < height(); a++) {
    let row = i32(pixel.row) + top() - i32(a);
    if (row < 0 || row % i32(STRIDE) != 0 || row / i32(STRIDE) >= i32(OH)) { continue; }
    for (var b = 0u; b < width(); b++) {
      let column = i32(pixel.column) + left() - i32(b);
      if (column < 0 || column % i32(STRIDE) != 0 || column / i32(STRIDE) >= i32(OW)) { continue; }
      let dy_at = ((pixel.image * OH + u32(row) / STRIDE) * OW + u32(column) / STRIDE) * O4;
      let weights = ((a * KW + b) * I + 4u * c) * O4;
      // Rows beyond the last repeat it; their lanes are set to zero below.
      let row1 = min(1u, I - 1u - 4u * c) * O4;
      let row2 = min(2u, I - 1u - 4u * c) * O4;
      let row3 = min(3u, I - 1u - 4u * c) * O4;
      for (var o = 0u; o < outputs4(); o++) {
        let dy = load_dy(dy_at + o);
        let w = weights + o;
        dx += vec4f(
          dot(dy, load_weight(w)),
          dot(dy, load_weight(w + row1)),
          dot(dy, load_weight(w + row2)),
          dot(dy, load_weight(w + row3)),
        );
      }
    }
  }
  dx = within(dx, 4u * c, I);
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
