// dtable[v] += sum of dy[n] over all n with index v, in order: 4 channels a thread. The thread of the first n with an
// index adds up all of them.
//
// reads    indices  [N, 1]
// reads    dy       [N, C]
// updates  dtable   [V, C]
// words    rows
// extents  C4, ROWS

fn thread(i: u32) {
  let c = i % C4;
  let first = i / C4;
  let index = load_indices(first).x;
  if (!(index >= 0.0 && index < f32(ROWS))) {
    return;
  }
  for (var n = 0u; n < first; n++) {
    if (load_indices(n).x == index) {
      return;
    }
  }
  let at = u32(index) * C4 + c;
  var sum = load_dtable(at);
  for (var n = first; n < rows(); n++) {
    if (load_indices(n).x == index) {
      sum += load_dy(n * C4 + c);
    }
  }
  store_dtable(at, sum);
}
