// Partial sums of dpoint[c, o] = sum over p of between[p, c] * dRaw[p, o], for all separable branches: a channel and 16
// output channels a lane, over a chunk of pixels. Lanes of a group share the pixel and its dRaw. Rung 3 after point-
// weights-stored.wgsl, for GPUs: both factors are computed again from what the cell stores anyway (recomputed.wgsl), so
// that neither is written to memory.
//
// reads    points[]  [C, C], counted only
// writes   partials  [chunks, partial_width, 4]
// words    channels, c4, pixels, per_chunk, partial_width, point_start[]
// consts   LANES, LONGEST

fn group(index: u32, lane: u32) {
  let quads = (c4() + 3u) / 4u;
  let eights = (channels() + LANES - 1u) / LANES;
  let o0 = index % quads * 4u;
  let k = index / quads % count_points();
  let c = index / quads / count_points() % eights * LANES + lane;
  let chunk = index / quads / count_points() / eights;
  if (c >= channels()) { return; }
  let o1 = min(o0 + 1u, c4() - 1u);
  let o2 = min(o0 + 2u, c4() - 1u);
  let o3 = min(o0 + 3u, c4() - 1u);
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  let end = min((chunk + 1u) * per_chunk(), pixels());
  for (var first = chunk * per_chunk(); first < end; first += LONGEST) {
    var part0 = vec4f();
    var part1 = vec4f();
    var part2 = vec4f();
    var part3 = vec4f();
    for (var p = first; p < min(first + LONGEST, end); p++) {
      let x = between_at(k, p, c);
      part0 += x * dRaw_at(k, p, o0);
      part1 += x * dRaw_at(k, p, o1);
      part2 += x * dRaw_at(k, p, o2);
      part3 += x * dRaw_at(k, p, o3);
    }
    sum0 += part0;
    sum1 += part1;
    sum2 += part2;
    sum3 += part3;
  }
  let at = chunk * partial_width() + point_start(k) + c * c4();
  store_partials(at + o0, sum0);
  if (o1 > o0) { store_partials(at + o1, sum1); }
  if (o2 > o1) { store_partials(at + o2, sum2); }
  if (o3 > o2) { store_partials(at + o3, sum3); }
}
