// ring[slot, i] = values[i]: 4 values a thread.
//
// reads    slot      [1]
// reads    values[]  [1]
// writes   ring      [rows, V]
// words    rows, pitch4

fn thread(i: u32) {
  let row = u32(load_slot(0u).x);
  if (row >= rows()) { return; }
  var recorded = vec4f();
  for (var k = 4u * i; k < min(4u * i + 4u, count_values()); k++) {
    recorded[k % 4u] = load_values(k, 0u).x;
  }
  store_ring(row * pitch4() + i, recorded);
}
