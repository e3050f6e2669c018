// What a half reads: x itself in the first half, the normalised output of the half before in a later one.
//
// reads    source              [N, H, W, C]
// reads    source_statistics?  [2, C], none in the first half
// words    c4

fn xhat(q: u32, c: u32) -> f32 {
  let x = element_source(4u * q * c4() + c);
  if (has_source_statistics) {
    return (x - element_source_statistics(c)) * element_source_statistics(4u * c4() + c);
  }
  return x;
}
