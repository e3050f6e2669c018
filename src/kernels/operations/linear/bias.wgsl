// dbias[o] = sum over n of dy[n, o].
fn thread(o: u32) {
  var sum = vec4f();
  for (var group = 0u; group < rows(); group += LONGEST) {
    var part = vec4f();
    for (var n = group; n < min(group + LONGEST, rows()); n++) {
      part += load_dy(n * O4 + o);
    }
    sum += part;
  }
  store_dbias(o, sum);
}
