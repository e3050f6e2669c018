// y[p, o] = sum over c of x at (2i, 2j) * first[c, o], for o below F; of x at (2i + 1, 2j + 1) * second[c, o - F] above.
fn thread(i: u32) {
  let o = i % O4;
  let pixel = pixel_at(i / O4, OH, OW);
  let even = ((pixel.image * H + 2u * pixel.row) * W + 2u * pixel.column) * I4;
  let shifted = 2u * pixel.row + 1u < H && 2u * pixel.column + 1u < W;
  let odd = select(even, even + (W + 1u) * I4, shifted);
  var y = vec4f();
  for (var lane = 0u; lane < min(4u, O - 4u * o); lane++) {
    let channel = 4u * o + lane;
    var sum = 0.0;
    if (channel < F) {
      for (var c = 0u; c < inputs(); c++) {
        sum += element_x(4u * even + c) * element_first(c * F_PITCH + channel);
      }
    } else if (shifted) {
      for (var c = 0u; c < inputs(); c++) {
        sum += element_x(4u * odd + c) * element_second(c * S_PITCH + channel - F);
      }
    }
    y[lane] = sum;
  }
  store_y(i, y);
}
