// Partial sums of dy and of dy * y over pixels: 4 channels of a chunk of pixels a lane.
//
// reads    y         [N, OH, OW, O]
// reads    dy        [N, OH, OW, O]
// writes   partials  [chunks, 2, O]
// words    pixels, o4, chunks, per_chunk
// consts   LANES

fn group(index: u32, lane: u32) {
  let o = index % o4();
  let chunk = index / o4() * LANES + lane;
  if (chunk >= chunks()) { return; }
  var sumDy = vec4f();
  var sumDyXhat = vec4f();
  let end = min((chunk + 1u) * per_chunk(), pixels());
  for (var p = chunk * per_chunk(); p < end; p++) {
    let dy = load_dy(p * o4() + o);
    sumDy += dy;
    sumDyXhat += dy * load_y(p * o4() + o);
  }
  store_partials(2u * chunk * o4() + o, sumDy);
  store_partials((2u * chunk + 1u) * o4() + o, sumDyXhat);
}
