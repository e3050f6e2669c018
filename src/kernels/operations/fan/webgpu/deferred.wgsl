// The gradient of an output before its batch norm: coefficient * inv * (dy - sumDy / M - xhat * sumDyXhat / M), or
// coefficient * dy where the output is not normalised. Rung 2 after naive/raw-gradient.wgsl, which writes a tensor that
// the next kernel reads again: here kernels compute the gradient as they load dy.
//
// reads    statistics[]?  [2, C], one an output
// reads    mixes[]?       [E, O], one a deferred gradient
// reads    sumDys[]?      [C]
// reads    sumDyXhats[]?  [C]
// words    c4, pixels, weighted[], place[], normalised[]

struct Deferred {
  scale: vec4f,
  shift: vec4f,
  mean: vec4f,
  slope: vec4f,
}

// What all channels of a deferred gradient share.
struct Normaliser {
  coefficient: f32,
  normalised: bool,
  statistics: u32,
  sumDy: u32,
  sumDyXhat: u32,
}

// Of deferred gradient k, of output number `of_output`.
fn normaliser_of(k: u32, of_output: u32) -> Normaliser {
  var coefficient = 1.0;
  if (weighted(k) != 0u) {
    coefficient = element_mixes(k, place(k));
  }
  let normal = normalised(of_output) != 0u;
  return Normaliser(coefficient, normal, place_statistics(of_output), place_sumDys(k), place_sumDyXhats(k));
}

fn deferred_at(norm: Normaliser, c: u32) -> Deferred {
  if (!norm.normalised) {
    return Deferred(vec4f(norm.coefficient), vec4f(), vec4f(), vec4f());
  }
  let inverse = load_at_statistics(norm.statistics, c4() + c);
  let count = f32(pixels());
  return Deferred(
    norm.coefficient * inverse,
    load_at_sumDys(norm.sumDy, c) / count,
    load_at_statistics(norm.statistics, c),
    load_at_sumDyXhats(norm.sumDyXhat, c) * inverse / count,
  );
}

fn deferred_of(k: u32, of_output: u32, c: u32) -> Deferred {
  return deferred_at(normaliser_of(k, of_output), c);
}

fn through_norm(at: Deferred, dy: vec4f, raw: vec4f) -> vec4f {
  return at.scale * (dy - at.shift - (raw - at.mean) * at.slope);
}
