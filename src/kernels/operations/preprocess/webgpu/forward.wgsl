// y[p, o] = sum over all input channels c of ReLU(x[p, c]) * weight[c, o]: 8 output channels of 4 pixels a lane.
//
// reads    xs[]   [N, H, W, C_k]
// reads    first  [I, O]
// writes   y      [N, H, W, O]
// words    pixels, o4, starts[]
// consts   LANES

fn group(index: u32, lane: u32) {
  let pairs = (o4() + 1u) / 2u;
  let o = index % pairs * 2u;
  let p = (index / pairs * LANES + lane) * 4u;
  let last = pixels() - 1u;
  if (p > last) { return; }
  let p1 = min(p + 1u, last);
  let p2 = min(p + 2u, last);
  let p3 = min(p + 3u, last);
  let other = min(o + 1u, o4() - 1u);
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  var z0 = vec4f();
  var z1 = vec4f();
  var z2 = vec4f();
  var z3 = vec4f();
  for (var k = 0u; k < count_xs(); k++) {
    let channels = starts(k + 1u) - starts(k);
    let c4 = (channels + 3u) / 4u;
    for (var c = 0u; c < c4; c++) {
      let x0 = load_rectified(k, p * c4 + c);
      let x1 = load_rectified(k, p1 * c4 + c);
      let x2 = load_rectified(k, p2 * c4 + c);
      let x3 = load_rectified(k, p3 * c4 + c);
      for (var lane = 0u; lane < min(4u, channels - 4u * c); lane++) {
        let row = (starts(k) + 4u * c + lane) * o4();
        let v = load_first(row + o);
        let w = load_first(row + other);
        y0 += x0[lane] * v;
        y1 += x1[lane] * v;
        y2 += x2[lane] * v;
        y3 += x3[lane] * v;
        z0 += x0[lane] * w;
        z1 += x1[lane] * w;
        z2 += x2[lane] * w;
        z3 += x3[lane] * w;
      }
    }
  }
  store_y(p * o4() + o, y0);
  if (p1 > p) { store_y(p1 * o4() + o, y1); }
  if (p2 > p1) { store_y(p2 * o4() + o, y2); }
  if (p3 > p2) { store_y(p3 * o4() + o, y3); }
  if (other == o) { return; }
  store_y(p * o4() + other, z0);
  if (p1 > p) { store_y(p1 * o4() + other, z1); }
  if (p2 > p1) { store_y(p2 * o4() + other, z2); }
  if (p3 > p2) { store_y(p3 * o4() + other, z3); }
}
