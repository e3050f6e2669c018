// dx[q, c] = sum over taps and o of dy[p, o] * weight[tap, c, o]: 4 input channels of a pixel a thread.
const PADDING = i32((K - 1u) / 2u);

fn thread(i: u32) {
  let c = i % I4;
  let pixel = pixel_at(i / I4, H, W);
  var dx = vec4f();
  for (var a = 0u; a < K; a++) {
    let row = i32(pixel.row) + PADDING - i32(a);
    if (row < 0 || row % i32(STRIDE) != 0 || row / i32(STRIDE) >= i32(OH)) { continue; }
    for (var b = 0u; b < K; b++) {
      let column = i32(pixel.column) + PADDING - i32(b);
      if (column < 0 || column % i32(STRIDE) != 0 || column / i32(STRIDE) >= i32(OW)) { continue; }
      let dy_at = ((pixel.image * OH + u32(row) / STRIDE) * OW + u32(column) / STRIDE) * O4;
      let weights = ((a * K + b) * I + 4u * c) * O4;
      for (var o = 0u; o < O4; o++) {
        let dy = load_dy(dy_at + o);
        for (var lane = 0u; lane < min(4u, I - 4u * c); lane++) {
          dx[lane] += dot(dy, load_weight(weights + lane * O4 + o));
        }
      }
    }
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
