// Partial sums of dy and of dy * xhat, for all halves that are followed by another: 4 channels of a chunk of pixels a
// lane. Rung 2 after naive/gradient-sums.wgsl: many lanes share a sum, each over few pixels. On a GPU rung 3 is in
// later-input.wgsl, which needs no pass of its own.
//
// reads    sources[]  [N, H, W, C], one a branch
// reads    dinputs[]  [N, H, W, C]
// writes   partials   [chunks, B, 2, C]
// words    pixels, c4, chunks, per_chunk
// consts   LANES

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_dinputs();
  let chunk = index / c4() / count_dinputs() * LANES + lane;
  if (chunk >= chunks()) { return; }
  let norm = norm_of(k, c);
  var sumDy = vec4f();
  var sumDyXhat = vec4f();
  let dinputs = place_dinputs(k);
  let sources = place_sources(k);
  let end = min((chunk + 1u) * per_chunk(), pixels());
  for (var p = chunk * per_chunk(); p < end; p++) {
    let at = p * c4() + c;
    let dy = load_at_dinputs(dinputs, at);
    sumDy += dy;
    sumDyXhat += dy * (load_at_sources(sources, at) - norm.mean);
  }
  let at = (chunk * count_dinputs() + k) * 2u * c4() + c;
  store_partials(at, sumDy);
  store_partials(at + c4(), sumDyXhat * norm.inverse);
}
