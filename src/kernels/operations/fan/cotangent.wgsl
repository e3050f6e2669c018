// The gradient of an output before its batch norm: coefficient * inv * (dy - total / M - xhat * dots / M), or coefficient * dy
// where the output is not normalised. `scale`, `shift` and `slope` are of a channel: scale * (dy - shift - (raw - mean) * slope).
struct Cotangent {
  scale: vec4f,
  shift: vec4f,
  mean: vec4f,
  slope: vec4f,
}

// What cotangents of one output share over channels.
struct Normaliser {
  coefficient: f32,
  normalised: bool,
  statistics: u32,
  totals: u32,
  dots: u32,
}

// Of cotangent k, whose output has the statistics number `of`.
fn normaliser_of(k: u32, of_output: u32) -> Normaliser {
  var coefficient = 1.0;
  if (weighted(k) != 0u) {
    coefficient = element_mixes(k, place(k));
  }
  let normal = normalised(of_output) != 0u;
  return Normaliser(coefficient, normal, place_statistics(of_output), place_totals(k), place_dots(k));
}

fn cotangent_at(norm: Normaliser, c: u32) -> Cotangent {
  if (!norm.normalised) {
    return Cotangent(vec4f(norm.coefficient), vec4f(), vec4f(), vec4f());
  }
  let inverse = load_at_statistics(norm.statistics, c4() + c);
  let count = f32(pixels());
  return Cotangent(
    norm.coefficient * inverse,
    load_at_totals(norm.totals, c) / count,
    load_at_statistics(norm.statistics, c),
    load_at_dots(norm.dots, c) * inverse / count,
  );
}

fn cotangent_of(k: u32, of_output: u32, c: u32) -> Cotangent {
  return cotangent_at(normaliser_of(k, of_output), c);
}

fn through_norm(at: Cotangent, dy: vec4f, raw: vec4f) -> vec4f {
  return at.scale * (dy - at.shift - (raw - at.mean) * at.slope);
}
