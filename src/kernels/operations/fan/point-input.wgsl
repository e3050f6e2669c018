// dbetween[p, c] = sum over o of draw[p, o] * weight[c, o], for all separable branches: 4 channels of 4 pixels a lane. Where
// o meets c, the draw is left for the gradient of the weights.
fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_points();
  let p = (index / c4() / count_points() * LANES + lane) * 4u;
  let last = pixels() - 1u;
  if (p > last) { return; }
  let at0 = p * c4();
  let at1 = min(p + 1u, last) * c4();
  let at2 = min(p + 2u, last) * c4();
  let at3 = min(p + 3u, last) * c4();
  // Rows of weights beyond the last channel do not exist.
  let row = channels() - 1u;
  let row0 = 4u * c * c4();
  let row1 = min(4u * c + 1u, row) * c4();
  let row2 = min(4u * c + 2u, row) * c4();
  let row3 = min(4u * c + 3u, row) * c4();
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  for (var o = 0u; o < c4(); o++) {
    let cotangent = cotangent_of(k, k, o);
    let d0 = through_norm(cotangent, load_dys(k, at0 + o), load_raws(k, at0 + o));
    let d1 = through_norm(cotangent, load_dys(k, at1 + o), load_raws(k, at1 + o));
    let d2 = through_norm(cotangent, load_dys(k, at2 + o), load_raws(k, at2 + o));
    let d3 = through_norm(cotangent, load_dys(k, at3 + o), load_raws(k, at3 + o));
    if (WEIGHTS && o == c) {
      store_draws(k, at0 + o, d0);
      if (p + 1u <= last) { store_draws(k, at1 + o, d1); }
      if (p + 2u <= last) { store_draws(k, at2 + o, d2); }
      if (p + 3u <= last) { store_draws(k, at3 + o, d3); }
    }
    let w0 = load_points(k, row0 + o);
    let w1 = load_points(k, row1 + o);
    let w2 = load_points(k, row2 + o);
    let w3 = load_points(k, row3 + o);
    y0 += vec4f(dot(d0, w0), dot(d0, w1), dot(d0, w2), dot(d0, w3));
    y1 += vec4f(dot(d1, w0), dot(d1, w1), dot(d1, w2), dot(d1, w3));
    y2 += vec4f(dot(d2, w0), dot(d2, w1), dot(d2, w2), dot(d2, w3));
    y3 += vec4f(dot(d3, w0), dot(d3, w1), dot(d3, w2), dot(d3, w3));
  }
  store_dbetweens(k, at0 + c, within(y0, 4u * c, channels()));
  if (p + 1u <= last) { store_dbetweens(k, at1 + c, within(y1, 4u * c, channels())); }
  if (p + 2u <= last) { store_dbetweens(k, at2 + c, within(y2, 4u * c, channels())); }
  if (p + 3u <= last) { store_dbetweens(k, at3 + c, within(y3, 4u * c, channels())); }
}
