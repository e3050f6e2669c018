// dx[q, c] = sum over o of dy[p, o] * first[c, o] at even rows and columns, of second[c, o] at odd ones, 0 elsewhere.
//
// reads    dy  [N, OH, OW, O]
// updates  dx  [N, H, W, I]
// words    border, outputs
// consts   ACCUMULATE
// extents  H, W, OH, OW, I, I4, O4

fn thread(i: u32) {
  let c = i % I4;
  let pixel = pixel_at(i / I4, H, W);
  let odd = pixel.row % 2u;
  var dx = vec4f();
  if (pixel.column % 2u == odd) {
    let at = ((pixel.image * OH + pixel.row / 2u) * OW + pixel.column / 2u) * O4;
    if (odd == 0u) {
      for (var o = 0u; 4u * o < border(); o++) {
        dx += load_dy(at + o) * first_rows(c, o);
      }
    } else {
      for (var o = border() / 4u; 4u * o < outputs(); o++) {
        dx += load_dy(at + o) * second_rows(c, o);
      }
    }
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + within(dx, 4u * c, I));
}
