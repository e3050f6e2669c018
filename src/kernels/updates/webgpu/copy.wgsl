// to = from.
//
// reads    from  [P]
// writes   to    [P]

fn thread(i: u32) {
  store_to(i, load_from(i));
}
