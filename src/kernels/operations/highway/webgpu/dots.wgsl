// Sums of dy * (s + g * (f_k - s)) over a chunk, for one activation: four sums side by side.
//
// reads    state     [N, C]
// reads    product   [N, 2, C]
// reads    dy        [N, C]
// writes   partials  [4, chunks, 4]
// words    chunks, size
// extents  C4, CHUNK

fn thread(index: u32) {
  let k = index / chunks();
  let first = index % chunks() * CHUNK;
  var sum = vec4f();
  for (var i = first; i < min(first + CHUNK, size()); i++) {
    let above = 2u * (i / C4) * C4 + i % C4;
    let s = load_state(i);
    let gate = sigmoid(load_product(above));
    sum += load_dy(i) * (s + gate * (activated(k, load_product(above + C4)) - s));
  }
  store_partials(index, sum);
}
