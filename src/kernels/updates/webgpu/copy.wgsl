// to = from.
fn thread(i: u32) {
  store_to(i, load_from(i));
}
