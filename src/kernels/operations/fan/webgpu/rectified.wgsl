// ReLU of the state that a fan leaves, as kernels of single convolutions read their input.
fn load_x(i: u32) -> vec4f {
  return max(load_state(i), vec4f());
}

fn element_x(i: u32) -> f32 {
  return max(element_state(i), 0.0);
}
