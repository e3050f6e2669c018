// dx[q, c] = sum over windows that hold q: of dy where q is the first of the window's largest pixels, or of dy divided
// by the window's pixels. 4 channels of a pixel a thread.
//
// reads    x   [N, H, W, C]
// reads    dy  [N, OH, OW, C]
// updates  dx  [N, H, W, C]
// words    kernel
// consts   MAX, ACCUMULATE
// extents  H, W, OH, OW, C4, K, STRIDE, PADDING

// Whether the pixel q is the first of the largest of the window at (i, j) of an image.
fn first_largest(image: u32, i: u32, j: u32, q: vec2i, c: u32, x: vec4f) -> vec4<bool> {
  var first = vec4<bool>(true);
  for (var a = 0u; a < kernel(); a++) {
    let row = i32(i * STRIDE + a) - i32(PADDING);
    if (row < 0 || row >= i32(H)) { continue; }
    for (var b = 0u; b < kernel(); b++) {
      let column = i32(j * STRIDE + b) - i32(PADDING);
      if (column < 0 || column >= i32(W) || (row == q.x && column == q.y)) { continue; }
      let other = load_x(((image * H + u32(row)) * W + u32(column)) * C4 + c);
      let before = row < q.x || (row == q.x && column < q.y);
      first = first & select(other <= x, other < x, vec4<bool>(before));
    }
  }
  return first;
}

// Pixels of the window at index `at` along an axis of `size` that are inside.
fn inside(at: u32, size: u32) -> f32 {
  let first = i32(at * STRIDE) - i32(PADDING);
  return f32(min(first + i32(K), i32(size)) - max(first, 0));
}

// The first window along an axis that holds a pixel, and the last of `windows`. Without a stride all hold it; a GPU's
// compiler, which knows STRIDE, refuses a division by it even where it is not reached.
fn first_window(at: u32) -> u32 {
  if (STRIDE == 0u || at + PADDING + 1u <= K) { return 0u; }
  return (at + PADDING + STRIDE - K) / max(STRIDE, 1u);
}

fn last_window(at: u32, windows: u32) -> u32 {
  if (STRIDE == 0u) { return windows - 1u; }
  return min(windows - 1u, (at + PADDING) / max(STRIDE, 1u));
}

fn thread(index: u32) {
  let c = index % C4;
  let pixel = pixel_at(index / C4, H, W);
  let q = vec2i(i32(pixel.row), i32(pixel.column));
  let x = load_x(index);
  var dx = vec4f();
  for (var i = first_window(pixel.row); i <= last_window(pixel.row, OH); i++) {
    for (var j = first_window(pixel.column); j <= last_window(pixel.column, OW); j++) {
      let dy = load_dy(((pixel.image * OH + i) * OW + j) * C4 + c);
      if (MAX) {
        dx += select(vec4f(), dy, first_largest(pixel.image, i, j, q, c, x));
      } else {
        dx += dy / (inside(i, H) * inside(j, W));
      }
    }
  }
  store_dx(index, select(vec4f(), load_dx(index), ACCUMULATE) + dx);
}
