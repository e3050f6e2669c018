// dsource[q, c] = sum over taps of dbetween[p, c] * weight[tap, c], for 4 pixels of a row of the source. STRIDE * p =
// q + padding - dilation * tap; a pixel p is loaded once for all 4.
struct Four {
  q0: vec4f,
  q1: vec4f,
  q2: vec4f,
  q3: vec4f,
}

fn tap(k: u32, row: u32, offset: u32, c: u32) -> vec4f {
  let b = offset / dilation(k);
  let there = b < kernel(k) && b * dilation(k) == offset;
  let weight = load_depths(k, (row * kernel(k) + select(0u, b, there)) * c4() + c);
  return select(vec4f(), weight, there);
}

// column: a multiple of 4.
fn through_depth(k: u32, image: u32, row: u32, column: u32, c: u32) -> Four {
  let padding = dilation(k) * (kernel(k) - 1u) / 2u;
  let before = padding / STRIDE;
  let reach = padding + STRIDE * before;
  let window = (3u + reach) / STRIDE + 1u;
  var sum = Four();
  for (var a = 0u; a < kernel(k); a++) {
    let down = row + padding - a * dilation(k);
    // Above the image `down` wraps to a large number.
    if (down % STRIDE != 0u || down / STRIDE >= out_height()) { continue; }
    let line = (image * out_height() + down / STRIDE) * out_width();
    for (var j = 0u; j < window; j++) {
      let p = column / STRIDE + j - before;
      let inside = p < out_width();
      let loaded = load_dbetweens(k, (line + select(0u, p, inside)) * c4() + c);
      let dy = select(vec4f(), loaded, inside);
      let offset = reach - STRIDE * j;
      sum.q0 += dy * tap(k, a, offset, c);
      sum.q1 += dy * tap(k, a, offset + 1u, c);
      sum.q2 += dy * tap(k, a, offset + 2u, c);
      sum.q3 += dy * tap(k, a, offset + 3u, c);
    }
  }
  return sum;
}
