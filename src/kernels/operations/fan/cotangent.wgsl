// The gradient of an output before its batch norm: coefficient * inv * (dy - total / M - xhat * dots / M), or coefficient * dy
// where the output is not normalised. `scale`, `shift` and `slope` are of a channel: scale * (dy - shift - (raw - mean) * slope).
struct Cotangent {
  scale: vec4f,
  shift: vec4f,
  mean: vec4f,
  slope: vec4f,
}

// Of cotangent k, whose output has the statistics number `of`.
fn cotangent_of(k: u32, of_output: u32, c: u32) -> Cotangent {
  var coefficient = 1.0;
  if (weighted(k) != 0u) {
    coefficient = element_mixes(k, place(k));
  }
  if (normalised(of_output) == 0u) {
    return Cotangent(vec4f(coefficient), vec4f(), vec4f(), vec4f());
  }
  let inverse = load_statistics(of_output, c4() + c);
  let count = f32(pixels());
  return Cotangent(
    coefficient * inverse,
    load_totals(k, c) / count,
    load_statistics(of_output, c),
    load_dots(k, c) * inverse / count,
  );
}

fn through_norm(at: Cotangent, dy: vec4f, raw: vec4f) -> vec4f {
  return at.scale * (dy - at.shift - (raw - at.mean) * at.slope);
}
