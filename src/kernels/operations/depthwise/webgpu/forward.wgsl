// y[p, c] = sum over taps of x[q, c] * weight[tap, c]: 4 channels of a pixel a thread.
//
// reads    x       [N, H, W, C]
// reads    weight  [K, K, C]
// writes   y       [N, OH, OW, C]
// words    kernel
// extents  H, W, OH, OW, C4, K, STRIDE, DILATION

fn padding() -> i32 {
  return i32(DILATION * (K - 1u) / 2u);
}

fn thread(i: u32) {
  let c = i % C4;
  let pixel = pixel_at(i / C4, OH, OW);
  var y = vec4f();
  for (var a = 0u; a < kernel(); a++) {
    let row = i32(pixel.row * STRIDE + a * DILATION) - padding();
    if (row < 0 || row >= i32(H)) { continue; }
    for (var b = 0u; b < kernel(); b++) {
      let column = i32(pixel.column * STRIDE + b * DILATION) - padding();
      if (column < 0 || column >= i32(W)) { continue; }
      let x = load_x(((pixel.image * H + u32(row)) * W + u32(column)) * C4 + c);
      y += x * load_weight((a * K + b) * C4 + c);
    }
  }
  store_y(i, y);
}
