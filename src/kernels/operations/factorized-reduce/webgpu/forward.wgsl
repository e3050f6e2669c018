// y[p, o] = sum over c of x at (2i, 2j) * first[c, o], for o below F; of x at (2i + 1, 2j + 1) * second[c, o - F]
// above.
//
// reads    x  [N, H, W, I]
// writes   y  [N, OH, OW, O]
// words    inputs4
// extents  H, W, OH, OW, I4, O4, F

fn thread(i: u32) {
  let o = i % O4;
  let pixel = pixel_at(i / O4, OH, OW);
  let even = ((pixel.image * H + 2u * pixel.row) * W + 2u * pixel.column) * I4;
  let shifted = 2u * pixel.row + 1u < H && 2u * pixel.column + 1u < W;
  let odd = even + (W + 1u) * I4;
  var y = vec4f();
  if (4u * o < F) {
    for (var c = 0u; c < inputs4(); c++) {
      y += first_rows(c, o) * load_x(even + c);
    }
  }
  if (4u * o + 4u > F && shifted) {
    for (var c = 0u; c < inputs4(); c++) {
      y += second_rows(c, o) * load_x(odd + c);
    }
  }
  store_y(i, y);
}
