// y[n, o] = bias[o] + sum over c of x[n, c] * matrix[o, c]: 4 outputs of a row a thread.
//
// reads    x       [N, ...I]
// reads    matrix  [O, ...I]
// reads    bias?   [O]
// updates  y       [N, O]
// words    inputs4
// consts   ACCUMULATE
// extents  I4, O4, LONGEST, O

fn thread(i: u32) {
  let o = i % O4;
  let n = i / O4;
  var y = vec4f();
  for (var lane = 0u; lane < min(4u, O - 4u * o); lane++) {
    var sum = 0.0;
    for (var group = 0u; group < inputs4(); group += LONGEST) {
      var part = 0.0;
      for (var c = group; c < min(group + LONGEST, inputs4()); c++) {
        part += dot(load_x(n * I4 + c), load_matrix((4u * o + lane) * I4 + c));
      }
      sum += part;
    }
    y[lane] = sum;
  }
  store_y(i, select(vec4f(), load_y(i), ACCUMULATE) + y + load_bias(o));
}
