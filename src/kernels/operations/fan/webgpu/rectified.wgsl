// ReLU of the state that a fan starts from, in the place of x: kernels of single convolutions then read it as their
// input.
//
// reads    state  [N, H, W, C]

fn load_x(i: u32) -> vec4f {
  return max(load_state(i), vec4f());
}

fn element_x(i: u32) -> f32 {
  return max(element_state(i), 0.0);
}
