// Coefficients and activations of the edges of a recurrent cell. places(4 * edge + k): the element of mix of activation
// k, plus 1; 0 where the edge lacks it.
//
// reads    mix?  [E, O]
// words    places[]

fn coefficient(edge: u32, k: u32) -> f32 {
  let place = places(4u * edge + k);
  if (place == 0u) { return 0.0; }
  if (has_mix) { return element_mix(place - 1u); }
  return 1.0;
}

fn sigmoid(x: vec4f) -> vec4f {
  return 1.0 / (1.0 + exp(-clamp(x, vec4f(-87.0), vec4f(87.0))));
}

// f of an activation: tanh, ReLU, sigmoid, identity.
fn activated(k: u32, h: vec4f) -> vec4f {
  switch k {
    case 0u: { return tanh(clamp(h, vec4f(-20.0), vec4f(20.0))); }
    case 1u: { return max(h, vec4f()); }
    case 2u: { return sigmoid(h); }
    default: { return h; }
  }
}
