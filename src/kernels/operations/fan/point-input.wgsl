// dbetween[p, c] = sum over o of draw[p, o] * weight[c, o], for all separable branches: 8 channels of 4 pixels a lane. Where
// o meets c, the draw is left for the gradient of the weights.

// Weights from 4 input channels, each to 4 output channels. Rows beyond the last channel do not exist.
struct Rows {
  w0: vec4f,
  w1: vec4f,
  w2: vec4f,
  w3: vec4f,
}

fn load_rows(points: u32, c: u32, o: u32) -> Rows {
  let last = channels() - 1u;
  let row = 4u * c;
  return Rows(
    load_at_points(points, row * c4() + o),
    load_at_points(points, min(row + 1u, last) * c4() + o),
    load_at_points(points, min(row + 2u, last) * c4() + o),
    load_at_points(points, min(row + 3u, last) * c4() + o),
  );
}

fn through_rows(d: vec4f, rows: Rows) -> vec4f {
  return vec4f(dot(d, rows.w0), dot(d, rows.w1), dot(d, rows.w2), dot(d, rows.w3));
}

fn group(index: u32, lane: u32) {
  let pairs = (c4() + 1u) / 2u;
  let c = index % pairs * 2u;
  let k = index / pairs % count_points();
  let p = (index / pairs / count_points() * LANES + lane) * 4u;
  let last = pixels() - 1u;
  if (p > last) { return; }
  let other = min(c + 1u, c4() - 1u);
  let at0 = p * c4();
  let at1 = min(p + 1u, last) * c4();
  let at2 = min(p + 2u, last) * c4();
  let at3 = min(p + 3u, last) * c4();
  let dys = place_dys(k);
  let raws = place_raws(k);
  let points = place_points(k);
  let draws = place_draws(k);
  let norm = normaliser_of(k, k);
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  var z0 = vec4f();
  var z1 = vec4f();
  var z2 = vec4f();
  var z3 = vec4f();
  for (var o = 0u; o < c4(); o++) {
    let cotangent = cotangent_at(norm, o);
    let d0 = through_norm(cotangent, load_at_dys(dys, at0 + o), load_at_raws(raws, at0 + o));
    let d1 = through_norm(cotangent, load_at_dys(dys, at1 + o), load_at_raws(raws, at1 + o));
    let d2 = through_norm(cotangent, load_at_dys(dys, at2 + o), load_at_raws(raws, at2 + o));
    let d3 = through_norm(cotangent, load_at_dys(dys, at3 + o), load_at_raws(raws, at3 + o));
    if (WEIGHTS && (o == c || o == other)) {
      store_at_draws(draws, at0 + o, d0);
      if (p + 1u <= last) { store_at_draws(draws, at1 + o, d1); }
      if (p + 2u <= last) { store_at_draws(draws, at2 + o, d2); }
      if (p + 3u <= last) { store_at_draws(draws, at3 + o, d3); }
    }
    let v = load_rows(points, c, o);
    y0 += through_rows(d0, v);
    y1 += through_rows(d1, v);
    y2 += through_rows(d2, v);
    y3 += through_rows(d3, v);
    let w = load_rows(points, other, o);
    z0 += through_rows(d0, w);
    z1 += through_rows(d1, w);
    z2 += through_rows(d2, w);
    z3 += through_rows(d3, w);
  }
  let dbetweens = place_dbetweens(k);
  store_at_dbetweens(dbetweens, at0 + c, within(y0, 4u * c, channels()));
  if (p + 1u <= last) { store_at_dbetweens(dbetweens, at1 + c, within(y1, 4u * c, channels())); }
  if (p + 2u <= last) { store_at_dbetweens(dbetweens, at2 + c, within(y2, 4u * c, channels())); }
  if (p + 3u <= last) { store_at_dbetweens(dbetweens, at3 + c, within(y3, 4u * c, channels())); }
  if (other == c) { return; }
  store_at_dbetweens(dbetweens, at0 + other, within(z0, 4u * other, channels()));
  if (p + 1u <= last) { store_at_dbetweens(dbetweens, at1 + other, within(z1, 4u * other, channels())); }
  if (p + 2u <= last) { store_at_dbetweens(dbetweens, at2 + other, within(z2, 4u * other, channels())); }
  if (p + 3u <= last) { store_at_dbetweens(dbetweens, at3 + other, within(z3, 4u * other, channels())); }
}
