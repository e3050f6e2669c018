// raw[p, o] = sum over c of between[p, c] * weight[c, o], for all separable branches: 8 output channels of 4 pixels a
// lane. Rung 2 after naive/point.wgsl: each loaded weight serves 4 pixels, each loaded pixel 8 output channels. With
// SUMS (on a GPU) a group also leaves the mean of its pixels and the squared deviations from it, a chunk for
// statistics.wgsl: raw is not read again.
//
// reads    betweens[]  [N, OH, OW, C], one a branch
// reads    points[]    [C, C]
// writes   raws[]      [N, OH, OW, C]
// writes   partials?   [M, chunks, 2, C], one of M for each measured output
// words    channels, c4, pixels, chunks, position[]
// consts   LANES, SUMS

fn leave_sums(k: u32, chunk: u32, o: u32, lane: u32, count: u32, y0: vec4f, y1: vec4f, y2: vec4f, y3: vec4f) {
  // Pixels beyond the last do not count.
  let some = vec4f(vec4u(0u, 1u, 2u, 3u) < vec4u(count));
  let size = f32(min(4u * LANES, pixels() - chunk * 4u * LANES));
  let mean = sum_over_lanes(lane, y0 * some.x + y1 * some.y + y2 * some.z + y3 * some.w) / size;
  let d0 = y0 - mean;
  let d1 = y1 - mean;
  let d2 = y2 - mean;
  let d3 = y3 - mean;
  let squares = sum_over_lanes(lane, d0 * d0 * some.x + d1 * d1 * some.y + d2 * d2 * some.z + d3 * d3 * some.w);
  if (lane == 0u) {
    let at = (position(k) * chunks() + chunk) * 2u * c4() + o;
    store_partials(at, mean);
    store_partials(at + c4(), squares);
  }
}

fn group(index: u32, lane: u32) {
  let pairs = (c4() + 1u) / 2u;
  let o = index % pairs * 2u;
  let k = index / pairs % count_points();
  let tile = index / pairs / count_points();
  let p = (tile * LANES + lane) * 4u;
  let last = pixels() - 1u;
  let at0 = min(p, last) * c4();
  let at1 = min(p + 1u, last) * c4();
  let at2 = min(p + 2u, last) * c4();
  let at3 = min(p + 3u, last) * c4();
  let other = min(o + 1u, c4() - 1u);
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  let betweens = place_betweens(k);
  let points = place_points(k);
  let raws = place_raws(k);
  var z0 = vec4f();
  var z1 = vec4f();
  var z2 = vec4f();
  var z3 = vec4f();
  for (var c = 0u; c < c4(); c++) {
    let x0 = load_at_betweens(betweens, at0 + c);
    let x1 = load_at_betweens(betweens, at1 + c);
    let x2 = load_at_betweens(betweens, at2 + c);
    let x3 = load_at_betweens(betweens, at3 + c);
    for (var lane = 0u; lane < min(4u, channels() - 4u * c); lane++) {
      let row = (4u * c + lane) * c4();
      let v = load_at_points(points, row + o);
      let w = load_at_points(points, row + other);
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
  if (p <= last) { store_at_raws(raws, at0 + o, y0); }
  if (p + 1u <= last) { store_at_raws(raws, at1 + o, y1); }
  if (p + 2u <= last) { store_at_raws(raws, at2 + o, y2); }
  if (p + 3u <= last) { store_at_raws(raws, at3 + o, y3); }
  if (other > o) {
    if (p <= last) { store_at_raws(raws, at0 + other, z0); }
    if (p + 1u <= last) { store_at_raws(raws, at1 + other, z1); }
    if (p + 2u <= last) { store_at_raws(raws, at2 + other, z2); }
    if (p + 3u <= last) { store_at_raws(raws, at3 + other, z3); }
  }
  if (SUMS) {
    let count = select(0u, min(4u, pixels() - p), p <= last);
    leave_sums(k, tile, o, lane, count, y0, y1, y2, y3);
    leave_sums(k, tile, other, lane, count, z0, z1, z2, z3);
  }
}
