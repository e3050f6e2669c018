// dRaw: the gradients of the outputs of dense branches before their batch norm: 4 channels of 4 pixels a lane. Rung 2
// after naive/raw-gradient.wgsl: a lane computes the factors of its channels once.
//
// reads    raws[]   [N, OH, OW, C], one a dense branch
// reads    dys[]    [N, OH, OW, C]
// writes   dRaws[]  [N, OH, OW, C]
// words    c4, pixels
// consts   LANES

fn group(index: u32, lane: u32) {
  let c = index % c4();
  let k = index / c4() % count_raws();
  let deferred = deferred_of(k, k, c);
  let dRaws = place_dRaws(k);
  let dys = place_dys(k);
  let raws = place_raws(k);
  let first = index / c4() / count_raws() * 4u * LANES + lane;
  for (var p = first; p < min(first + 4u * LANES, pixels()); p += LANES) {
    let at = p * c4() + c;
    store_at_dRaws(dRaws, at, through_norm(deferred, load_at_dys(dys, at), load_at_raws(raws, at)));
  }
}
