// dmix[row, column] += sum over channels of the term's sumDyXhat: a thread for a row, whose terms are columns(first..end).
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
