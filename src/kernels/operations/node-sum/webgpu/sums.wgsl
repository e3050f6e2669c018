// Partial sums over pixels of dy * xhat for 4 terms, and of dy: 4 channels of a chunk of pixels a lane.
//
// reads    dy             [N, H, W, C]
// reads    sources[]      [N, H, W, C], one a term
// reads    statistics[]?  [2, C]
// writes   partials       [chunks, T, C], the terms, then sumDy
// words    normalised[], pixels, c4, chunks, per_chunk
// consts   LANES

fn mean_of(k: u32, c: u32) -> vec4f {
  if (normalised(k) != 0u) {
    return load_statistics(k, c);
  }
  return vec4f();
}

fn inverse_of(k: u32, c: u32) -> vec4f {
  if (normalised(k) != 0u) {
    return load_statistics(k, c4() + c);
  }
  return vec4f(1.0);
}

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let quads = (count_sources() + 3u) / 4u;
  let quad = index / c4() % quads;
  let chunk = index / c4() / quads * LANES + lane;
  let last = count_sources() - 1u;
  let k0 = min(4u * quad, last);
  let k1 = min(4u * quad + 1u, last);
  let k2 = min(4u * quad + 2u, last);
  let k3 = min(4u * quad + 3u, last);
  let mean0 = mean_of(k0, c);
  let mean1 = mean_of(k1, c);
  let mean2 = mean_of(k2, c);
  let mean3 = mean_of(k3, c);
  let sources0 = place_sources(k0);
  let sources1 = place_sources(k1);
  let sources2 = place_sources(k2);
  let sources3 = place_sources(k3);
  var dots0 = vec4f();
  var dots1 = vec4f();
  var dots2 = vec4f();
  var dots3 = vec4f();
  var sumDy = vec4f();
  let end = min((chunk + 1u) * per_chunk(), pixels());
  for (var p = chunk * per_chunk(); p < end; p++) {
    let at = p * c4() + c;
    let dy = load_dy(at);
    sumDy += dy;
    dots0 += dy * (load_at_sources(sources0, at) - mean0);
    dots1 += dy * (load_at_sources(sources1, at) - mean1);
    dots2 += dy * (load_at_sources(sources2, at) - mean2);
    dots3 += dy * (load_at_sources(sources3, at) - mean3);
  }
  if (chunk >= chunks()) { return; }
  // By chunk: the terms, then sumDy.
  let at = chunk * (count_sources() + 1u) * c4() + c;
  store_partials(at + k0 * c4(), dots0 * inverse_of(k0, c));
  if (4u * quad + 1u <= last) { store_partials(at + k1 * c4(), dots1 * inverse_of(k1, c)); }
  if (4u * quad + 2u <= last) { store_partials(at + k2 * c4(), dots2 * inverse_of(k2, c)); }
  if (4u * quad + 3u <= last) { store_partials(at + k3 * c4(), dots3 * inverse_of(k3, c)); }
  if (quad == 0u) { store_partials(at + (last + 1u) * c4(), sumDy); }
}
