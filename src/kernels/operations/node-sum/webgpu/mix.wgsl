// dmix[row, column] += sum over channels of the sumDyXhat of the term: a thread for a row, whose terms are first(row)
// to first(row + 1).
//
// reads    sumDyXhats[]  [C], one a term
// updates  dmix          [E, O]
// words    place[], first[], c4

fn thread(row: u32) {
  for (var k = first(row); k < first(row + 1u); k++) {
    var sum = vec4f();
    for (var c = 0u; c < c4(); c++) {
      sum += load_sumDyXhats(k, c);
    }
    let at = place(k);
    var dmix = load_dmix(at >> 2u);
    dmix[at & 3u] += (sum.x + sum.y) + (sum.z + sum.w);
    store_dmix(at >> 2u, dmix);
  }
}
