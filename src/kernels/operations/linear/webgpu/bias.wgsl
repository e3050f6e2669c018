// dbias[o] = sum over inputs k and rows n of dy_k[n, o].
//
// reads    dys[]  [N_k, O]
// updates  dbias  [O]
// words    rows[]
// consts   ACCUMULATE
// extents  O4, LONGEST

fn thread(o: u32) {
  var total = select(vec4f(), load_dbias(o), ACCUMULATE);
  for (var k = 0u; k < count_dys(); k++) {
    var sum = vec4f();
    for (var group = 0u; group < rows(k); group += LONGEST) {
      var part = vec4f();
      for (var n = group; n < min(group + LONGEST, rows(k)); n++) {
        part += load_dys(k, n * O4 + o);
      }
      sum += part;
    }
    total += sum;
  }
  store_dbias(o, total);
}
