// Partial sums of ddepth[tap, c] = sum over p of source[q, c] * dbetween[p, c], for all separable branches: 4 channels
// of up to 5 taps of a row a lane, over a chunk of lines. Rung 2 after naive/depthwise-weights.wgsl, which loads both
// factors for each tap: here the pixels p lie `pixel_gap` from each other, `tap_shift` taps of one between it and the
// next, and source pixels stay in registers.
//
// reads    sources[]    [N, H, W, C], one a block of taps
// reads    dbetweens[]  [N, OH, OW, C]
// writes   partials     [chunks, partial_width, 4]
// words    images, height, width, out_height, out_width, c4, kernel[], dilation[], pixel_gap[], tap_shift[], chunks
// words    per_chunk, per_part, last_tap[], depth_start[], partial_width
// consts   LANES, STRIDE

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_dbetweens();
  let unit = index / c4() / count_dbetweens() * LANES + lane;
  let taps = kernel(k);
  let a = unit % taps;
  let chunk = unit / taps;
  if (chunk >= chunks()) { return; }
  let norm = norm_of(k, c);
  let sources = place_sources(k);
  let dbetweens = place_dbetweens(k);
  let dilated = i32(dilation(k));
  let gap = pixel_gap(k);
  let steps = tap_shift(k);
  let b = last_tap(k);
  let padding = dilated * (i32(taps) - 1) / 2;
  let down = i32(a) * dilated - padding;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  var sum4 = vec4f();
  let end = min((chunk + 1u) * per_chunk(), images() * out_height());
  for (var first = chunk * per_chunk(); first < end; first += per_part()) {
    var part0 = vec4f();
    var part1 = vec4f();
    var part2 = vec4f();
    var part3 = vec4f();
    var part4 = vec4f();
    for (var line = first; line < min(first + per_part(), end); line++) {
      let image = line / out_height();
      let row = i32((line - image * out_height()) * STRIDE) + down;
      if (row < 0 || row >= i32(height())) { continue; }
      let start = (image * height() + u32(row)) * width();
      for (var phase = 0u; phase < gap; phase++) {
        var x0 = vec4f();
        var x1 = vec4f();
        var x2 = vec4f();
        var x3 = vec4f();
        var x4 = vec4f();
        var column = phase;
        var at = i32(phase * STRIDE) - padding;
        // Steps until the last of the 5 taps reaches the next pixel.
        var wait = b;
        while (column < out_width()) {
          var x = vec4f();
          if (at >= 0 && at < i32(width())) {
            x = load_rectified(sources, (start + u32(at)) * c4() + c, norm);
          }
          x4 = x3;
          x3 = x2;
          x2 = x1;
          x1 = x0;
          x0 = x;
          at += dilated;
          if (wait > 0u) {
            wait--;
            continue;
          }
          wait = steps - 1u;
          let dy = load_at_dbetweens(dbetweens, (line * out_width() + column) * c4() + c);
          column += gap;
          part0 += x0 * dy;
          part1 += x1 * dy;
          part2 += x2 * dy;
          part3 += x3 * dy;
          part4 += x4 * dy;
        }
      }
    }
    sum0 += part0;
    sum1 += part1;
    sum2 += part2;
    sum3 += part3;
    sum4 += part4;
  }
  // last_tap, and the 4 before it.
  let to = chunk * partial_width() + depth_start(k) + (a * taps + b) * c4() + c;
  store_partials(to, sum0);
  if (b >= 1u) { store_partials(to - c4(), sum1); }
  if (b >= 2u) { store_partials(to - 2u * c4(), sum2); }
  if (b >= 3u) { store_partials(to - 3u * c4(), sum3); }
  if (b >= 4u) { store_partials(to - 4u * c4(), sum4); }
}
