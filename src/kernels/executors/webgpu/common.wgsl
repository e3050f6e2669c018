// Functions that many shaders call; the prelude puts them into every text.

// A pixel of an image [N, height, width, C] from its number.
struct Pixel {
  image: u32,
  row: u32,
  column: u32,
}

fn pixel_at(index: u32, height: u32, width: u32) -> Pixel {
  let line = index / width;
  return Pixel(line / height, line % height, index % width);
}

// Zero in the lanes from `channels` on, where `first` is the channel of the first lane.
fn within(value: vec4f, first: u32, channels: u32) -> vec4f {
  return select(vec4f(), value, first + vec4u(0u, 1u, 2u, 3u) < vec4u(channels));
}
