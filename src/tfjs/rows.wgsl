// Copies between a dense tensor and its place in an arena, where rows are `pitch` elements apart and spare lanes zero.

struct Size {
  // Of the place in the arena, spare lanes included.
  elements: u32,
  pitch: u32,
  width: u32,
  // Of the place in the arena, in elements.
  offset: u32,
}

@group(0) @binding(0) var<uniform> size: Size;
@group(0) @binding(1) var<storage, read_write> dense: array<f32>;
@group(0) @binding(2) var<storage, read_write> arena: array<f32>;

fn index_of(at: vec3u, all: vec3u, lane: u32) -> u32 { return (at.y * all.x + at.x) * 64u + lane; }

@compute @workgroup_size(64)
fn scatter(@builtin(workgroup_id) at: vec3u, @builtin(num_workgroups) all: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = index_of(at, all, lane);
  if (i >= size.elements) { return; }
  let column = i % size.pitch;
  var value = 0.0;
  if (column < size.width) { value = dense[i / size.pitch * size.width + column]; }
  arena[size.offset + i] = value;
}

@compute @workgroup_size(64)
fn gather(@builtin(workgroup_id) at: vec3u, @builtin(num_workgroups) all: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = index_of(at, all, lane);
  let column = i % size.pitch;
  if (i >= size.elements || column >= size.width) { return; }
  dense[i / size.pitch * size.width + column] = arena[size.offset + i];
}
