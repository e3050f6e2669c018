// Partial sums of dweight[tap, c, o] = sum over p of x[q, c] * dy[p, o]: 4 by 4 channels of a tap a thread, over a
// chunk of pixels.
//
// reads    x         [N, H, W, I]
// reads    dy        [N, OH, OW, O]
// writes   partials  [chunks, KH, KW, I, O]
// words    pixels, per_chunk
// extents  H, W, OH, OW, KH, KW, TAPS, STRIDE, I, I4, O4, LONGEST

fn top() -> i32 {
  return i32((KH - 1u) / 2u);
}

fn left() -> i32 {
  return i32((KW - 1u) / 2u);
}

fn thread(i: u32) {
  let o = i % O4;
  let c = i / O4 % I4;
  let tap = i / (O4 * I4) % (TAPS);
  let chunk = i / (O4 * I4 * TAPS);
  let end = min((chunk + 1u) * per_chunk(), pixels());
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var first = chunk * per_chunk(); first < end; first += LONGEST) {
    var part0 = vec4f();
    var part1 = vec4f();
    var part2 = vec4f();
    var part3 = vec4f();
    for (var p = first; p < min(first + LONGEST, end); p++) {
      let pixel = pixel_at(p, OH, OW);
      let row = i32(pixel.row * STRIDE + tap / KW) - top();
      let column = i32(pixel.column * STRIDE + tap % KW) - left();
      if (row < 0 || row >= i32(H) || column < 0 || column >= i32(W)) { continue; }
      let x = load_x(((pixel.image * H + u32(row)) * W + u32(column)) * I4 + c);
      let dy = load_dy(p * O4 + o);
      part0 += x.x * dy;
      part1 += x.y * dy;
      part2 += x.z * dy;
      part3 += x.w * dy;
    }
    sum0 += part0;
    sum1 += part1;
    sum2 += part2;
    sum3 += part3;
  }
  let rows = I - 4u * c;
  let at = ((chunk * TAPS + tap) * I + 4u * c) * O4 + o;
  store_partials(at, sum0);
  if (rows > 1u) { store_partials(at + O4, sum1); }
  if (rows > 2u) { store_partials(at + 2u * O4, sum2); }
  if (rows > 3u) { store_partials(at + 3u * O4, sum3); }
}
