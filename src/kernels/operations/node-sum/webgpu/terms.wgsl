// The coefficient of term k: an element of mix, or 1.
//
// reads    mix?  [E, O]
// words    place[]

fn coefficient(k: u32) -> f32 {
  if (has_mix) {
    return element_mix(place(k));
  }
  return 1.0;
}
