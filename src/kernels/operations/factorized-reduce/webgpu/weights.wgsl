// Partial sums of dweight[c, o] = sum over p of x[q, c] * dy[p, FROM + o], q shifted by SHIFT: 4 channels by 4 output
// channels a thread, over a chunk of pixels.
//
// reads    x         [N, H, W, I]
// reads    dy        [N, OH, OW, O]
// writes   partials  [chunks, I, D]
// words    pixels, per_chunk
// extents  H, W, OH, OW, I, I4, O4, SHIFT, FROM, D, D4, LONGEST

fn four_of_dy(p: u32, o: u32) -> vec4f {
  if (FROM % 4u == 0u) {
    return load_dy(p * O4 + FROM / 4u + o);
  }
  var dy = vec4f();
  for (var lane = 0u; lane < min(4u, D - 4u * o); lane++) {
    dy[lane] = element_dy(4u * p * O4 + FROM + 4u * o + lane);
  }
  return dy;
}

fn thread(i: u32) {
  let o = i % D4;
  let c = i / D4 % I4;
  let chunk = i / (D4 * I4);
  let end = min((chunk + 1u) * per_chunk(), pixels());
  var sum = mat4x4f();
  for (var first = chunk * per_chunk(); first < end; first += LONGEST) {
    var part = mat4x4f();
    for (var p = first; p < min(first + LONGEST, end); p++) {
      let pixel = pixel_at(p, OH, OW);
      let row = 2u * pixel.row + SHIFT;
      let column = 2u * pixel.column + SHIFT;
      if (row >= H || column >= W) { continue; }
      let x = load_x(((pixel.image * H + row) * W + column) * I4 + c);
      let dy = four_of_dy(p, o);
      part += mat4x4f(x.x * dy, x.y * dy, x.z * dy, x.w * dy);
    }
    sum += part;
  }
  for (var lane = 0u; lane < min(4u, I - 4u * c); lane++) {
    store_partials((chunk * I + 4u * c + lane) * D4 + o, within(sum[lane], 4u * o, D));
  }
}
