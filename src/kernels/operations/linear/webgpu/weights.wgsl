// dweight[i, o] = sum over inputs k and rows n of a_k[n, i] * b_k[n, o]: 4 outputs of a row of the weight a thread.
//
// reads    lefts[]   [N_k, A]
// reads    rights[]  [N_k, ...B]
// updates  dweight   [A, ...B]
// words    rows[]
// consts   ACCUMULATE
// extents  A4, B4, LONGEST

fn thread(index: u32) {
  let o = index % B4;
  let i = index / B4;
  var total = select(vec4f(), load_dweight(index), ACCUMULATE);
  for (var k = 0u; k < count_lefts(); k++) {
    var sum = vec4f();
    for (var group = 0u; group < rows(k); group += LONGEST) {
      var part = vec4f();
      for (var n = group; n < min(group + LONGEST, rows(k)); n++) {
        part += element_lefts(k, n * 4u * A4 + i) * load_rights(k, n * B4 + o);
      }
      sum += part;
    }
    total += sum;
  }
  store_dweight(index, total);
}
