// to = from * mask, added to what is there with ACCUMULATE.
//
// reads    from  [...]
// reads    mask  [...]
// updates  to    [...]
// consts   ACCUMULATE

fn thread(i: u32) {
  store_to(i, select(vec4f(), load_to(i), ACCUMULATE) + load_from(i) * load_mask(i));
}
