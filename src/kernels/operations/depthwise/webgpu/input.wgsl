// dx[q, c] = sum over taps of dy[p, c] * weight[tap, c]: 4 channels of a pixel a thread.
//
// reads    weight  [K, K, C]
// reads    dy      [N, OH, OW, C]
// updates  dx      [N, H, W, C]
// words    kernel
// consts   ACCUMULATE
// extents  H, W, OH, OW, C4, K, STRIDE, DILATION

fn padding() -> i32 {
  return i32(DILATION * (K - 1u) / 2u);
}

fn thread(i: u32) {
  let c = i % C4;
  let pixel = pixel_at(i / C4, H, W);
  var dx = vec4f();
  for (var a = 0u; a < kernel(); a++) {
    let row = i32(pixel.row) + padding() - i32(a * DILATION);
    if (row < 0 || row % i32(STRIDE) != 0 || row / i32(STRIDE) >= i32(OH)) { continue; }
    for (var b = 0u; b < kernel(); b++) {
      let column = i32(pixel.column) + padding() - i32(b * DILATION);
      if (column < 0 || column % i32(STRIDE) != 0 || column / i32(STRIDE) >= i32(OW)) { continue; }
      let dy = load_dy(((pixel.image * OH + u32(row) / STRIDE) * OW + u32(column) / STRIDE) * C4 + c);
      dx += dy * load_weight((a * K + b) * C4 + c);
    }
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
