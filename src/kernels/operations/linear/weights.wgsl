// dweight[c, o] = sum over n of x[n, c] * dy[n, o]: 4 outputs of an input a thread.
fn thread(i: u32) {
  let o = i % O4;
  let c = i / O4;
  var sum = vec4f();
  for (var group = 0u; group < rows(); group += LONGEST) {
    var part = vec4f();
    for (var n = group; n < min(group + LONGEST, rows()); n++) {
      part += element_x(n * 4u * I4 + c) * load_dy(n * O4 + o);
    }
    sum += part;
  }
  store_dweight(i, sum);
}
