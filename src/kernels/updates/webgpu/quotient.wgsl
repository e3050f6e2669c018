// out = factor * numerator / denominator, and 0 where the denominator is 0.
//
// reads    numerator?   [1], otherwise 1
// reads    denominator  [1]
// writes   out          [1]
// words    factor

fn thread(_i: u32) {
  var numerator = 1.0;
  if (has_numerator) {
    numerator = load_numerator(0u).x;
  }
  let denominator = load_denominator(0u).x;
  var quotient = 0.0;
  if (denominator != 0.0) {
    quotient = factor() * numerator / denominator;
  }
  store_out(0u, vec4f(quotient, 0.0, 0.0, 0.0));
}
