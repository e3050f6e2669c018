// Sums over the lanes of a group, in a fixed order. All lanes must call it.
//
// consts   LANES

var<workgroup> lane_values: array<vec4f, LANES>;

fn sum_over_lanes(lane: u32, value: vec4f) -> vec4f {
  lane_values[lane] = value;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      lane_values[lane] += lane_values[lane + half];
    }
    workgroupBarrier();
  }
  let sum = lane_values[0];
  workgroupBarrier();
  return sum;
}
