// y[n, o] = bias[o] + sum over c of x[n, c] * matrix[c, o]: 4 outputs of a row a thread.
//
// reads    x       [N, I]
// reads    matrix  [I, ...O]
// reads    bias?   [...O]
// updates  y       [N, ...O]
// words    inputs
// consts   ACCUMULATE
// extents  I4, O4, LONGEST

fn thread(i: u32) {
  let o = i % O4;
  let n = i / O4;
  var y = vec4f();
  for (var group = 0u; group < inputs(); group += LONGEST) {
    var part = vec4f();
    for (var c = group; c < min(group + LONGEST, inputs()); c++) {
      part += element_x(n * 4u * I4 + c) * load_matrix(c * O4 + o);
    }
    y += part;
  }
  store_y(i, select(vec4f(), load_y(i), ACCUMULATE) + y + load_bias(o));
}
