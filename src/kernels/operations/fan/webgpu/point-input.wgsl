// dbetween[p, c] = sum over o of dRaw[p, o] * weight[c, o], for all separable branches: 8 channels of 8 pixels a lane.
// Rung 2 after naive/point-input.wgsl: each loaded weight serves 8 pixels, each dRaw 8 channels, and dRaw is computed
// on load. With WEIGHTS the lanes whose channels c include o store dRaw for point-weights-stored.wgsl.
//
// reads    points[]     [C, C], one a branch
// reads    raws[]       [N, OH, OW, C]
// reads    dys[]        [N, OH, OW, C]
// writes   dbetweens[]  [N, OH, OW, C]
// writes   dRaws[]      [N, OH, OW, C], none without WEIGHTS
// words    channels, c4, pixels
// consts   LANES, WEIGHTS

// Weights of a 1x1 convolution from 4 input channels to 4 output channels, a column for each input channel. Rows beyond
// the last channel repeat it: their results are set to zero.
fn load_rows(points: u32, c: u32, o: u32) -> mat4x4f {
  let last = channels() - 1u;
  let row = 4u * c;
  return mat4x4f(
    load_at_points(points, row * c4() + o),
    load_at_points(points, min(row + 1u, last) * c4() + o),
    load_at_points(points, min(row + 2u, last) * c4() + o),
    load_at_points(points, min(row + 3u, last) * c4() + o),
  );
}

// Where 4 pixels from p on start, in vec4s. Pixels beyond the last repeat it.
fn four_pixels(p: u32) -> vec4u {
  return min(p + vec4u(0u, 1u, 2u, 3u), vec4u(pixels() - 1u)) * c4();
}

// Values of 4 pixels.
struct Four {
  q0: vec4f,
  q1: vec4f,
  q2: vec4f,
  q3: vec4f,
}

// The places of a branch's operands, and the factors of its deferred gradient.
struct Branch {
  dys: u32,
  raws: u32,
  dRaws: u32,
  dbetweens: u32,
  norm: Normaliser,
}

fn load_dRaws_of(branch: Branch, deferred: Deferred, at: vec4u, o: u32) -> Four {
  return Four(
    through_norm(deferred, load_at_dys(branch.dys, at.x + o), load_at_raws(branch.raws, at.x + o)),
    through_norm(deferred, load_at_dys(branch.dys, at.y + o), load_at_raws(branch.raws, at.y + o)),
    through_norm(deferred, load_at_dys(branch.dys, at.z + o), load_at_raws(branch.raws, at.z + o)),
    through_norm(deferred, load_at_dys(branch.dys, at.w + o), load_at_raws(branch.raws, at.w + o)),
  );
}

fn store_dRaws_of(branch: Branch, at: vec4u, o: u32, dRaw: Four) {
  store_at_dRaws(branch.dRaws, at.x + o, dRaw.q0);
  store_at_dRaws(branch.dRaws, at.y + o, dRaw.q1);
  store_at_dRaws(branch.dRaws, at.z + o, dRaw.q2);
  store_at_dRaws(branch.dRaws, at.w + o, dRaw.q3);
}

fn add_through(y: Four, dRaw: Four, rows: mat4x4f) -> Four {
  return Four(y.q0 + dRaw.q0 * rows, y.q1 + dRaw.q1 * rows, y.q2 + dRaw.q2 * rows, y.q3 + dRaw.q3 * rows);
}

fn store_four(branch: Branch, at: vec4u, c: u32, y: Four) {
  store_at_dbetweens(branch.dbetweens, at.x + c, within(y.q0, 4u * c, channels()));
  store_at_dbetweens(branch.dbetweens, at.y + c, within(y.q1, 4u * c, channels()));
  store_at_dbetweens(branch.dbetweens, at.z + c, within(y.q2, 4u * c, channels()));
  store_at_dbetweens(branch.dbetweens, at.w + c, within(y.q3, 4u * c, channels()));
}

fn group(index: u32, lane: u32) {
  let pairs = (c4() + 1u) / 2u;
  let c = index % pairs * 2u;
  let k = index / pairs % count_points();
  let p = (index / pairs / count_points() * LANES + lane) * 8u;
  if (p >= pixels()) { return; }
  let other = min(c + 1u, c4() - 1u);
  let first = four_pixels(p);
  let second = four_pixels(p + 4u);
  let points = place_points(k);
  let branch = Branch(place_dys(k), place_raws(k), place_dRaws(k), place_dbetweens(k), normaliser_of(k, k));
  var y = Four();
  var y_second = Four();
  var z = Four();
  var z_second = Four();
  for (var o = 0u; o < c4(); o++) {
    let deferred = deferred_at(branch.norm, o);
    let dRaw = load_dRaws_of(branch, deferred, first, o);
    let dRaw_second = load_dRaws_of(branch, deferred, second, o);
    if (WEIGHTS && (o == c || o == other)) {
      store_dRaws_of(branch, first, o, dRaw);
      store_dRaws_of(branch, second, o, dRaw_second);
    }
    let rows = load_rows(points, c, o);
    y = add_through(y, dRaw, rows);
    y_second = add_through(y_second, dRaw_second, rows);
    let rows_other = load_rows(points, other, o);
    z = add_through(z, dRaw, rows_other);
    z_second = add_through(z_second, dRaw_second, rows_other);
  }
  store_four(branch, first, c, y);
  store_four(branch, second, c, y_second);
  if (other == c) { return; }
  store_four(branch, first, other, z);
  store_four(branch, second, other, z_second);
}
