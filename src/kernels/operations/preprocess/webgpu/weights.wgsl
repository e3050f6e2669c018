// Partial sums of dweight[c, o] = sum over p of ReLU(x[q, c]) * dRaw[p, from + o]: an input channel and 16 output
// channels a lane, over a chunk of pixels. Lanes of a group share the pixel and its dRaw.
//
// reads    xs[]      [N, H, W, C_k]
// reads    dRaw      [N, OH, OW, O]
// writes   partials  [chunks, partial_width, 4]
// words    height, width, out_height, out_width, pixels, o4, starts[], block_starts[], shift, from_channel, d
// words    per_chunk, partial_width, partial_start
// consts   LANES, LONGEST, REDUCE

fn dRaw_at(p: u32, o: u32) -> vec4f {
  if (from_channel() % 4u == 0u) {
    return load_dRaw(p * o4() + from_channel() / 4u + o);
  }
  var dRaw = vec4f();
  for (var lane = 0u; lane < 4u; lane++) {
    dRaw[lane] = element_dRaw(4u * p * o4() + from_channel() + min(4u * o + lane, d() - 1u));
  }
  return dRaw;
}

fn group(index: u32, lane: u32) {
  let d4 = (d() + 3u) / 4u;
  let quads = (d4 + 3u) / 4u;
  let o0 = index % quads * 4u;
  let blocks = block_starts(count_xs());
  let block = index / quads % blocks;
  let chunk = index / quads / blocks;
  var k = 0u;
  while (block_starts(k + 1u) <= block) { k++; }
  let channels = starts(k + 1u) - starts(k);
  let c = (block - block_starts(k)) * LANES + lane;
  if (c >= channels) { return; }
  let pitch = (channels + 3u) / 4u * 4u;
  let o1 = min(o0 + 1u, d4 - 1u);
  let o2 = min(o0 + 2u, d4 - 1u);
  let o3 = min(o0 + 3u, d4 - 1u);
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
      var q = p;
      if (REDUCE) {
        let pixel = pixel_at(p, out_height(), out_width());
        let row = 2u * pixel.row + shift();
        let column = 2u * pixel.column + shift();
        if (row >= height() || column >= width()) { continue; }
        q = (pixel.image * height() + row) * width() + column;
      }
      let x = max(element_xs(k, q * pitch + c), 0.0);
      part0 += x * dRaw_at(p, o0);
      part1 += x * dRaw_at(p, o1);
      part2 += x * dRaw_at(p, o2);
      part3 += x * dRaw_at(p, o3);
    }
    sum0 += part0;
    sum1 += part1;
    sum2 += part2;
    sum3 += part3;
  }
  let at = chunk * partial_width() + partial_start() + (starts(k) + c) * d4;
  store_partials(at + o0, within(sum0, 4u * o0, d()));
  if (o1 > o0) { store_partials(at + o1, within(sum1, 4u * o1, d())); }
  if (o2 > o1) { store_partials(at + o2, within(sum2, 4u * o2, d())); }
  if (o3 > o2) { store_partials(at + o3, within(sum3, 4u * o3, d())); }
}
