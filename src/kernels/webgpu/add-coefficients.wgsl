// dmix[row, column of term k] += sum of the partial sums of term k: four columns a thread. A term without a column has
// one that no row reaches.
//
// reads    partials  [terms, chunks, 4]
// updates  dmix      [E, O]
// words    chunks, first, terms, columns[]

fn total(k: u32) -> f32 {
  var sum = vec4f();
  for (var group = 0u; group < chunks(); group += 64u) {
    var part = vec4f();
    for (var at = group; at < min(group + 64u, chunks()); at++) {
      part += load_partials(k * chunks() + at);
    }
    sum += part;
  }
  return (sum.x + sum.y) + (sum.z + sum.w);
}

fn thread(i: u32) {
  var dmix = load_dmix(first() + i);
  for (var k = 0u; k < terms(); k++) {
    if (columns(k) / 4u == i) {
      dmix[columns(k) % 4u] += total(k);
    }
  }
  store_dmix(first() + i, dmix);
}
