// The images side by side along channels, and the weights of the 1x1 convolution, or of the two of a factorized reduce:
// the first takes the even pixels to the first F output channels, the second the odd ones to the others.
//
// reads    xs[]     [N, H, W, C_k]
// reads    first    [I, F]
// reads    second?  [I, S]
// words    outputs, split

fn load_rectified(k: u32, i: u32) -> vec4f {
  return max(load_xs(k, i), vec4f());
}

// Weights from input channel `row` to the 4 output channels from 4 * o on, zero for channels of the other half.
fn first_row(row: u32, o: u32) -> vec4f {
  let width = (split() + 3u) / 4u;
  if (o >= width) {
    return vec4f();
  }
  return load_first(row * width + o);
}

fn second_row(row: u32, o: u32) -> vec4f {
  let width = (outputs() - split() + 3u) / 4u;
  if (split() % 4u == 0u) {
    if (4u * o < split()) {
      return vec4f();
    }
    return load_second(row * width + o - split() / 4u);
  }
  var weights = vec4f();
  for (var lane = 0u; lane < 4u; lane++) {
    let channel = 4u * o + lane;
    if (channel >= split() && channel < outputs()) {
      weights[lane] = element_second(4u * row * width + channel - split());
    }
  }
  return weights;
}
