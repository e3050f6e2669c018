// dx[n, c] = sum over o of dy[n, o] * weight[c, o]: 4 inputs of an image a thread.
fn thread(i: u32) {
  let c = i % I4;
  let n = i / I4;
  var dx = vec4f();
  for (var lane = 0u; lane < min(4u, I - 4u * c); lane++) {
    var sum = 0.0;
    for (var o = 0u; o < outputs4(); o++) {
      sum += dot(load_dy(n * O4 + o), load_weight((4u * c + lane) * O4 + o));
    }
    dx[lane] = sum;
  }
  store_dx(i, select(vec4f(), load_dx(i), ACCUMULATE) + dx);
}
