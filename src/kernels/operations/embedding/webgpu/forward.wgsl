// y[n] = table[indices[n]], and NaN where an index is no row.
//
// reads    table    [V, C]
// reads    indices  [N, 1]
// writes   y        [N, C]
// words    unknown
// extents  C4, C, ROWS

fn thread(i: u32) {
  let c = i % C4;
  let index = load_indices(i / C4).x;
  if (index >= 0.0 && index < f32(ROWS)) {
    store_y(i, load_table(u32(index) * C4 + c));
  } else {
    store_y(i, within(vec4f(unknown()), 4u * c, C));
  }
}
