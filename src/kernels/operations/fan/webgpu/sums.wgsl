// Mean of each chunk of pixels and squared deviations from it, for all outputs to be normalised: 4 channels of a chunk
// a lane. Values are taken relative to the first pixel of the chunk, so that a large mean costs no digits. Rung 2 after
// naive/statistics.wgsl: one pass instead of two, spread over many lanes.
//
// reads    outputs[]  [N, OH, OW, C]
// writes   partials   [M, chunks, 2, C]
// words    pixels, c4, chunks, per_chunk, position[]
// consts   LANES

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_outputs();
  let chunk = index / c4() / count_outputs() * LANES + lane;
  if (chunk >= chunks()) { return; }
  let outputs = place_outputs(k);
  let first = chunk * per_chunk();
  let size = min(per_chunk(), pixels() - first);
  let origin = load_at_outputs(outputs, first * c4() + c);
  var sum = vec4f();
  var squares = vec4f();
  for (var p = 0u; p < size; p++) {
    let value = load_at_outputs(outputs, (first + p) * c4() + c) - origin;
    sum += value;
    squares += value * value;
  }
  let mean = sum / f32(size);
  let at = (position(k) * chunks() + chunk) * 2u * c4() + c;
  store_partials(at, origin + mean);
  store_partials(at + c4(), max(squares - sum * mean, vec4f()));
}
