// Partial sums of dweight[tap, c] = sum over p of x[q, c] * dy[p, c]: 4 channels of a tap a thread, over a chunk of
// pixels.
//
// reads    x         [N, H, W, C]
// reads    dy        [N, OH, OW, C]
// writes   partials  [chunks, K, K, C]
// words    pixels, per_chunk
// extents  H, W, OH, OW, C4, K, STRIDE, DILATION, LONGEST

fn padding() -> i32 {
  return i32(DILATION * (K - 1u) / 2u);
}

fn thread(i: u32) {
  let c = i % C4;
  let tap = i / C4 % (K * K);
  let chunk = i / (C4 * K * K);
  let end = min((chunk + 1u) * per_chunk(), pixels());
  var sum = vec4f();
  for (var first = chunk * per_chunk(); first < end; first += LONGEST) {
    var part = vec4f();
    for (var p = first; p < min(first + LONGEST, end); p++) {
      let pixel = pixel_at(p, OH, OW);
      let row = i32(pixel.row * STRIDE + tap / K * DILATION) - padding();
      let column = i32(pixel.column * STRIDE + tap % K * DILATION) - padding();
      if (row < 0 || row >= i32(H) || column < 0 || column >= i32(W)) { continue; }
      let x = load_x(((pixel.image * H + u32(row)) * W + u32(column)) * C4 + c);
      part += x * load_dy(p * C4 + c);
    }
    sum += part;
  }
  store_partials(i, sum);
}
