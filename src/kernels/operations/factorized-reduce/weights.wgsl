// Partial sums of dweight[c, o] = sum over p of x[q, c] * dy[p, FROM + o], q shifted by SHIFT: 4 output channels a thread,
// over a chunk of pixels.
fn thread(i: u32) {
  let o = i % D4;
  let c = i / D4 % I;
  let chunk = i / (D4 * I);
  let end = min((chunk + 1u) * per_chunk(), pixels());
  var sum = vec4f();
  for (var first = chunk * per_chunk(); first < end; first += LONGEST) {
    var part = vec4f();
    for (var p = first; p < min(first + LONGEST, end); p++) {
      let pixel = pixel_at(p, OH, OW);
      let row = 2u * pixel.row + SHIFT;
      let column = 2u * pixel.column + SHIFT;
      if (row >= H || column >= W) { continue; }
      let x = element_x(4u * ((pixel.image * H + row) * W + column) * I4 + c);
      var dy = vec4f();
      for (var lane = 0u; lane < min(4u, D - 4u * o); lane++) {
        dy[lane] = element_dy(4u * p * O4 + FROM + 4u * o + lane);
      }
      part += x * dy;
    }
    sum += part;
  }
  store_partials(i, sum);
}
