// dx[q, c] = sum over o of dy[p, o] * first[c, o] at even rows and columns, of second[c, o] at odd ones, 0 elsewhere.
fn thread(i: u32) {
  let c = i % I4;
  let pixel = pixel_at(i / I4, H, W);
  let odd = pixel.row % 2u;
  var dx = vec4f();
  if (pixel.column % 2u == odd) {
    let dy_at = 4u * ((pixel.image * OH + pixel.row / 2u) * OW + pixel.column / 2u) * O4;
    for (var lane = 0u; lane < min(4u, I - 4u * c); lane++) {
      let channel = 4u * c + lane;
      var sum = 0.0;
      if (odd == 0u) {
        for (var o = 0u; o < border(); o++) {
          sum += element_dy(dy_at + o) * element_first(channel * F_PITCH + o);
        }
      } else {
        for (var o = border(); o < outputs(); o++) {
          sum += element_dy(dy_at + o) * element_second(channel * S_PITCH + o - F);
        }
      }
      dx[lane] = sum;
    }
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
