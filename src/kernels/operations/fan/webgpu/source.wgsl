// What the branches of a fan read: ReLU of x, or of the normalised output of the half before. Zero outside of the
// image.
//
// reads    sources[]            [N, H, W, C], one a branch
// reads    source_statistics[]  [2, C], none without LATER
// words    c4
// consts   LATER

// Factors that turn an output into its normalised form; 1 and 0 for x.
struct Norm {
  mean: vec4f,
  inverse: vec4f,
}

fn norm_of(k: u32, c: u32) -> Norm {
  if (LATER) {
    return Norm(load_source_statistics(k, c), load_source_statistics(k, c4() + c));
  }
  return Norm(vec4f(), vec4f(1.0));
}

fn load_rectified(place: u32, i: u32, norm: Norm) -> vec4f {
  return max((load_at_sources(place, i) - norm.mean) * norm.inverse, vec4f());
}
