// dsource = coefficient * dy, for terms that are primitives. In their order: a source may be a term twice.
//
// reads    dy          [N, H, W, C]
// updates  dsources[]  [N, H, W, C]
// words    accumulate[]

fn thread(i: u32) {
  let dy = load_dy(i);
  for (var k = 0u; k < count_dsources(); k++) {
    var dsource = coefficient(k) * dy;
    if (accumulate(k) != 0u) {
      dsource += load_dsources(k, i);
    }
    store_dsources(k, i, dsource);
  }
}
