// y[p, o] = sum over taps and c of x[q, c] * weight[tap, c, o]: 4 pixels by 4 output channels a thread.
//
// reads    x       [N, H, W, I]
// reads    weight  [KH, KW, I, O]
// writes   y       [N, OH, OW, O]
// words    pixels, height, width, inputs4
// extents  H, W, OH, OW, KH, KW, STRIDE, I, I4, O4

fn top() -> i32 {
  return i32((KH - 1u) / 2u);
}

fn left() -> i32 {
  return i32((KW - 1u) / 2u);
}

// First vec4 of the input pixel under a tap, and whether it is inside.
struct Source {
  at: u32,
  inside: bool,
}

fn source(p: u32, a: u32, b: u32) -> Source {
  let pixel = pixel_at(p, OH, OW);
  let row = i32(pixel.row * STRIDE + a) - top();
  let column = i32(pixel.column * STRIDE + b) - left();
  let inside = p < pixels() && row >= 0 && row < i32(H) && column >= 0 && column < i32(W);
  let at = ((pixel.image * H + u32(row)) * W + u32(column)) * I4;
  return Source(select(0u, at, inside), inside);
}

fn load_source(tap: Source, c: u32) -> vec4f {
  return select(vec4f(), load_x(tap.at + c), tap.inside);
}

fn thread(i: u32) {
  let o = i % O4;
  let p = i / O4 * 4u;
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  for (var a = 0u; a < height(); a++) {
    for (var b = 0u; b < width(); b++) {
      let s0 = source(p, a, b);
      let s1 = source(p + 1u, a, b);
      let s2 = source(p + 2u, a, b);
      let s3 = source(p + 3u, a, b);
      let weights = (a * KW + b) * I * O4 + o;
      for (var c = 0u; c < inputs4(); c++) {
        let x0 = load_source(s0, c);
        let x1 = load_source(s1, c);
        let x2 = load_source(s2, c);
        let x3 = load_source(s3, c);
        // Rows beyond the last repeat it, and are multiplied with the zeros in the spare lanes of x.
        let w0 = load_weight(weights + 4u * c * O4);
        let w1 = load_weight(weights + min(4u * c + 1u, I - 1u) * O4);
        let w2 = load_weight(weights + min(4u * c + 2u, I - 1u) * O4);
        let w3 = load_weight(weights + min(4u * c + 3u, I - 1u) * O4);
        y0 += x0.x * w0 + x0.y * w1 + x0.z * w2 + x0.w * w3;
        y1 += x1.x * w0 + x1.y * w1 + x1.z * w2 + x1.w * w3;
        y2 += x2.x * w0 + x2.y * w1 + x2.z * w2 + x2.w * w3;
        y3 += x3.x * w0 + x3.y * w1 + x3.z * w2 + x3.w * w3;
      }
    }
  }
  store_y(p * O4 + o, y0);
  if (p + 1u < pixels()) { store_y((p + 1u) * O4 + o, y1); }
  if (p + 2u < pixels()) { store_y((p + 2u) * O4 + o, y2); }
  if (p + 3u < pixels()) { store_y((p + 3u) * O4 + o, y3); }
}
