// Weights from input channel `row` to the 4 output channels from 4 * o on, zero for channels of the other half. Rows
// beyond the last channel repeat it: what is multiplied with them is zero.
//
// reads    first   [I, F]
// reads    second  [I, S]
// extents  I, O, F, F_PITCH, S_PITCH

// For 4 * o below F.
fn first_row(row: u32, o: u32) -> vec4f {
  return load_first(min(row, I - 1u) * (F_PITCH / 4u) + o);
}

// For 4 * o + 4 above F, which need not be a multiple of 4.
fn second_row(row: u32, o: u32) -> vec4f {
  let start = min(row, I - 1u) * (S_PITCH / 4u);
  if (F % 4u == 0u) {
    return load_second(start + o - F / 4u);
  }
  var weights = vec4f();
  for (var lane = 0u; lane < 4u; lane++) {
    let channel = 4u * o + lane;
    if (channel >= F && channel < O) {
      weights[lane] = element_second(4u * start + channel - F);
    }
  }
  return weights;
}

// Of the 4 input channels from 4 * c on, a column for each.
fn first_rows(c: u32, o: u32) -> mat4x4f {
  let row = 4u * c;
  return mat4x4f(first_row(row, o), first_row(row + 1u, o), first_row(row + 2u, o), first_row(row + 3u, o));
}

fn second_rows(c: u32, o: u32) -> mat4x4f {
  let row = 4u * c;
  return mat4x4f(second_row(row, o), second_row(row + 1u, o), second_row(row + 2u, o), second_row(row + 3u, o));
}
