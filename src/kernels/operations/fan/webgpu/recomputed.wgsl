// The factors of the gradients of 1x1 weights, computed again: on a GPU that costs less than writing and reading them.
//
// reads    sources[]            [N, H, W, C], one a branch
// reads    source_statistics[]  [2, C], none without LATER
// reads    depths[]             [K_k, K_k, C]
// reads    raws[]               [N, OH, OW, C]
// reads    dys[]                [N, OH, OW, C]
// words    height, width, out_height, out_width, c4, kernel[], dilation[]
// consts   STRIDE, LATER

fn between_at(k: u32, p: u32, c: u32) -> f32 {
  let pixel = pixel_at(p, out_height(), out_width());
  var mean = 0.0;
  var inverse = 1.0;
  if (LATER) {
    mean = element_source_statistics(k, c);
    inverse = element_source_statistics(k, 4u * c4() + c);
  }
  let padding = dilation(k) * (kernel(k) - 1u) / 2u;
  var sum = 0.0;
  for (var a = 0u; a < kernel(k); a++) {
    // Outside of the image these wrap to large numbers.
    let row = pixel.row * STRIDE + a * dilation(k) - padding;
    if (row >= height()) { continue; }
    for (var b = 0u; b < kernel(k); b++) {
      let column = pixel.column * STRIDE + b * dilation(k) - padding;
      if (column >= width()) { continue; }
      let q = (pixel.image * height() + row) * width() + column;
      let x = max((element_sources(k, 4u * q * c4() + c) - mean) * inverse, 0.0);
      sum += x * element_depths(k, 4u * (a * kernel(k) + b) * c4() + c);
    }
  }
  return sum;
}

fn dRaw_at(k: u32, p: u32, o: u32) -> vec4f {
  let i = p * c4() + o;
  return through_norm(deferred_of(k, k, o), load_dys(k, i), load_raws(k, i));
}
