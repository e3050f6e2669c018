// What the gradients of 1x1 convolutions are made of, as earlier kernels left it.
fn between_at(k: u32, p: u32, c: u32) -> f32 {
  return element_betweens(k, 4u * p * c4() + c);
}

fn draw_at(k: u32, p: u32, o: u32) -> vec4f {
  return load_draws(k, p * c4() + o);
}
