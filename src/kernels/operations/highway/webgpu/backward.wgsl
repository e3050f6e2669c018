// The gradients of the state and the product of one edge: 4 elements a thread.
//
// reads    state      [N, C]
// reads    product    [N, 2, C]
// reads    dy         [N, C]
// updates  dstate?    [N, C]
// updates  dproduct?  [N, 2, C]
// consts   ADD_STATE, ADD_PRODUCT
// extents  C4

fn slope(k: u32, h: vec4f) -> vec4f {
  let f = activated(k, h);
  switch k {
    case 0u: { return 1.0 - f * f; }
    case 1u: { return select(vec4f(), vec4f(1.0), h > vec4f()); }
    case 2u: { return f * (1.0 - f); }
    default: { return vec4f(1.0); }
  }
}

fn thread(i: u32) {
  let n = i / C4;
  let above = 2u * n * C4 + i % C4;
  let gate = sigmoid(load_product(above));
  let h = load_product(above + C4);
  let dy = load_dy(i);
  var all = 0.0;
  var f = vec4f();
  var slopes = vec4f();
  for (var k = 0u; k < 4u; k++) {
    let a = coefficient(0u, k);
    if (a != 0.0) {
      all += a;
      f += a * activated(k, h);
      slopes += a * slope(k, h);
    }
  }
  if (has_dstate) {
    store_dstate(i, select(vec4f(), load_dstate(i), ADD_STATE) + dy * all * (1.0 - gate));
  }
  if (has_dproduct) {
    let dc = dy * (f - all * load_state(i)) * gate * (1.0 - gate);
    let before_c = select(vec4f(), load_dproduct(above), ADD_PRODUCT);
    let before_h = select(vec4f(), load_dproduct(above + C4), ADD_PRODUCT);
    store_dproduct(above, before_c + dc);
    store_dproduct(above + C4, before_h + dy * gate * slopes);
  }
}
