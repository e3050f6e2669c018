// dsource[q, c] = sum over taps of dbetween[p, c] * weight[tap, c], for 4 pixels of a row of the source, where STRIDE *
// p = q + padding - dilation * tap. Rung 2 after naive/depthwise-input.wgsl: a pixel p is loaded once for all 4 pixels
// q, and what the kernel does with the sum follows without a pass over memory.
//
// reads    dbetweens[]  [N, OH, OW, C], one a branch
// reads    depths[]     [K_k, K_k, C], one a branch
// words    out_height, out_width, c4, kernel[], dilation[]
// consts   STRIDE

struct Four {
  q0: vec4f,
  q1: vec4f,
  q2: vec4f,
  q3: vec4f,
}

// Weights of a row of taps by offset from tap 0, which is a tap where the dilation divides it: from a large one
// downwards.
struct Offset {
  tap: u32,
  rest: u32,
}

fn load_depth(depths: u32, taps: u32, row: u32, at: Offset, c: u32) -> vec4f {
  var weight = vec4f();
  if (at.rest == 0u && at.tap < taps) {
    weight = load_at_depths(depths, (row * taps + at.tap) * c4() + c);
  }
  return weight;
}

// Below 0 the tap wraps to a large number.
fn offset_below(at: Offset, dilation: u32) -> Offset {
  if (at.rest == 0u) {
    return Offset(at.tap - 1u, dilation - 1u);
  }
  return Offset(at.tap, at.rest - 1u);
}

// column: a multiple of 4.
fn through_depth(k: u32, image: u32, row: u32, column: u32, c: u32) -> Four {
  let depths = place_depths(k);
  let dbetweens = place_dbetweens(k);
  let taps = kernel(k);
  let dilated = dilation(k);
  let padding = dilated * (taps - 1u) / 2u;
  let before = padding / STRIDE;
  let reach = padding + STRIDE * before;
  let window = (3u + reach) / STRIDE + 1u;
  let first = reach + STRIDE - 1u;
  var sum = Four();
  for (var a = 0u; a < taps; a++) {
    let down = row + padding - a * dilated;
    // Above the image `down` wraps to a large number.
    if (down % STRIDE != 0u || down / STRIDE >= out_height()) { continue; }
    let line = (image * out_height() + down / STRIDE) * out_width();
    var offset = Offset(first / dilated, first % dilated);
    var weights = Four();
    for (var j = 0u; j < window; j++) {
      // The weights of the first pixels are those of the others in the next step.
      if (STRIDE == 1u) {
        weights = Four(load_depth(depths, taps, a, offset, c), weights.q0, weights.q1, weights.q2);
      } else {
        let second = load_depth(depths, taps, a, offset, c);
        offset = offset_below(offset, dilated);
        weights = Four(load_depth(depths, taps, a, offset, c), second, weights.q0, weights.q1);
      }
      offset = offset_below(offset, dilated);
      let p = column / STRIDE + j - before;
      var dy = vec4f();
      if (p < out_width()) {
        dy = load_at_dbetweens(dbetweens, (line + p) * c4() + c);
      }
      sum.q0 += dy * weights.q0;
      sum.q1 += dy * weights.q1;
      sum.q2 += dy * weights.q2;
      sum.q3 += dy * weights.q3;
    }
  }
  return sum;
}
