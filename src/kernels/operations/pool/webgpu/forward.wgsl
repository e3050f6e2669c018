// y[p, c] = largest, or average, of the pixels of x under the window: 4 channels of a pixel a thread.
//
// reads    x  [N, H, W, C]
// writes   y  [N, OH, OW, C]
// words    kernel
// consts   MAX
// extents  H, W, OH, OW, C4, STRIDE, PADDING

fn thread(i: u32) {
  let c = i % C4;
  let pixel = pixel_at(i / C4, OH, OW);
  var largest = vec4f(-3.402823e38);
  var sum = vec4f();
  var taps = 0.0;
  for (var a = 0u; a < kernel(); a++) {
    let row = i32(pixel.row * STRIDE + a) - i32(PADDING);
    if (row < 0 || row >= i32(H)) { continue; }
    for (var b = 0u; b < kernel(); b++) {
      let column = i32(pixel.column * STRIDE + b) - i32(PADDING);
      if (column < 0 || column >= i32(W)) { continue; }
      let x = load_x(((pixel.image * H + u32(row)) * W + u32(column)) * C4 + c);
      largest = max(largest, x);
      sum += x;
      taps += 1.0;
    }
  }
  if (MAX) {
    store_y(i, largest);
  } else {
    store_y(i, sum / taps);
  }
}
