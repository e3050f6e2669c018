// Partial sums of dpoint[c, o] = sum over p of between[p, c] * dRaw[p, o], for all separable branches: 4 channels by 8
// output channels a thread, over a chunk of pixels. Rung 2 after naive/point-weights.wgsl, for software adapters: outer
// products of vectors use a loaded value 4 to 8 times, and chunks give many threads work.
//
// reads    betweens[]  [N, OH, OW, C], one a branch
// reads    dRaws[]     [N, OH, OW, C]
// writes   partials    [chunks, partial_width, 4]
// words    channels, c4, pixels, chunks, per_chunk, partial_width, point_start[]
// consts   LONGEST

fn thread(i: u32) {
  let pairs = (c4() + 1u) / 2u;
  let o = i % pairs * 2u;
  let c = i / pairs % c4();
  let chunk = i / pairs / c4() % chunks();
  let k = i / pairs / c4() / chunks();
  let other = min(o + 1u, c4() - 1u);
  let betweens = place_betweens(k);
  let dRaws = place_dRaws(k);
  var y = mat4x4f();
  var z = mat4x4f();
  let end = min((chunk + 1u) * per_chunk(), pixels());
  for (var first = chunk * per_chunk(); first < end; first += LONGEST) {
    var part_y = mat4x4f();
    var part_z = mat4x4f();
    let until = min(first + LONGEST, end);
    for (var p = first; p < until; p++) {
      let x = load_at_betweens(betweens, p * c4() + c);
      let v = load_at_dRaws(dRaws, p * c4() + o);
      let w = load_at_dRaws(dRaws, p * c4() + other);
      part_y += mat4x4f(x.x * v, x.y * v, x.z * v, x.w * v);
      part_z += mat4x4f(x.x * w, x.y * w, x.z * w, x.w * w);
    }
    y += part_y;
    z += part_z;
  }
  let rows = min(4u, channels() - 4u * c);
  let to = chunk * partial_width() + point_start(k) + 4u * c * c4();
  store_partials(to + o, y[0]);
  store_partials(to + other, z[0]);
  if (rows > 1u) {
    store_partials(to + c4() + o, y[1]);
    store_partials(to + c4() + other, z[1]);
  }
  if (rows > 2u) {
    store_partials(to + 2u * c4() + o, y[2]);
    store_partials(to + 2u * c4() + other, z[2]);
  }
  if (rows > 3u) {
    store_partials(to + 3u * c4() + o, y[3]);
    store_partials(to + 3u * c4() + other, z[3]);
  }
}
