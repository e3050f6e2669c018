// dmix = shares * dy; dbeta = shares * (gradient - the node's mean of it): an edge a thread.
//
// reads    mix      [E, O]
// reads    shares   [1, E]
// reads    dy       [E, O]
// reads    dshares  [1, E]
// updates  dmix     [E, O]
// updates  dbeta    [E, 1]
// words    firsts[], ends[]
// consts   ADD_MIX, ADD_BETA
// extents  K4

fn gradient(e: u32) -> f32 {
  var sum = element_dshares(e);
  for (var k = e * K4; k < (e + 1u) * K4; k++) { sum += dot(load_mix(k), load_dy(k)); }
  return sum;
}

fn thread(e: u32) {
  let share = element_shares(e);
  for (var k = e * K4; k < (e + 1u) * K4; k++) { store_dmix(k, select(vec4f(), load_dmix(k), ADD_MIX) + share * load_dy(k)); }
  var mean = 0.0;
  for (var f = firsts(e); f < ends(e); f++) { mean += element_shares(f) * gradient(f); }
  store_dbeta(e, select(vec4f(), load_dbeta(e), ADD_BETA) + vec4f(share * (gradient(e) - mean), 0.0, 0.0, 0.0));
}
