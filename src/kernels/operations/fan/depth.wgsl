// between[p, c] = sum over taps of source[q, c] * weight[tap, c], for all separable branches: 4 channels of 4 pixels a
// lane. The pixels lie in a row, `apart` from each other, so that taps of one find pixels of another's: what lies `unit`
// pixels apart in the source is loaded once. `slide` and `gap` are the units from pixel to pixel and from tap to tap.

fn tap(k: u32, row: u32, offset: u32, c: u32) -> vec4f {
  let b = offset / gap(k);
  let there = b < kernel(k) && b * gap(k) == offset;
  let weight = load_depths(k, (row * kernel(k) + select(0u, b, there)) * c4() + c);
  return select(vec4f(), weight, there);
}

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_depths();
  let tile = index / c4() / count_depths() * LANES + lane;
  let in_row = (out_width() + 4u * apart(k) - 1u) / (4u * apart(k)) * apart(k);
  let line = tile / in_row;
  if (line >= images() * out_height()) { return; }
  let column = tile % in_row / apart(k) * 4u * apart(k) + tile % apart(k);
  let image = line / out_height() * height();
  let norm = norm_of(k, c);
  let padding = i32(dilation(k) * (kernel(k) - 1u) / 2u);
  let window = 3u * slide(k) + (kernel(k) - 1u) * gap(k) + 1u;
  let top = i32(line % out_height() * STRIDE) - padding;
  let left = i32(column * STRIDE) - padding;
  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  for (var a = 0u; a < kernel(k); a++) {
    let row = top + i32(a * dilation(k));
    if (row < 0 || row >= i32(height())) { continue; }
    for (var j = 0u; j < window; j++) {
      let at = left + i32(j * unit(k));
      let inside = at >= 0 && at < i32(width());
      let i = ((image + u32(row)) * width() + select(0u, u32(at), inside)) * c4() + c;
      let x = select(vec4f(), load_rectified(k, i, norm), inside);
      y0 += x * tap(k, a, j, c);
      y1 += x * tap(k, a, j - slide(k), c);
      y2 += x * tap(k, a, j - 2u * slide(k), c);
      y3 += x * tap(k, a, j - 3u * slide(k), c);
    }
  }
  let to = (line * out_width() + column) * c4() + c;
  let next = apart(k) * c4();
  store_betweens(k, to, y0);
  if (column + apart(k) < out_width()) { store_betweens(k, to + next, y1); }
  if (column + 2u * apart(k) < out_width()) { store_betweens(k, to + 2u * next, y2); }
  if (column + 3u * apart(k) < out_width()) { store_betweens(k, to + 3u * next, y3); }
}
