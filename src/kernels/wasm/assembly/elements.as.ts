// Borders of the chunks of elementwise stages; `elementsPerChunk` in stage.ts is the same number.

const ELEMENTS_PER_CHUNK: i32 = 16384;

/** Byte offset of a chunk's first element. */
// @ts-ignore: decorator
@inline
export function chunkStart(chunk: i32): usize {
  return (<usize>chunk * ELEMENTS_PER_CHUNK) << 2;
}

/** Byte offset of the end of a chunk. */
// @ts-ignore: decorator
@inline
export function chunkEnd(chunk: i32, elements: i32): usize {
  return <usize>min((<u32>chunk + 1) * ELEMENTS_PER_CHUNK, <u32>elements) << 2;
}

/** A word of a stage's arguments as an address. */
// @ts-ignore: decorator
@inline
export function pointer(args: usize, word: i32): usize {
  return load<usize>(args + (<usize>word << 2));
}

/** A word of a stage's arguments as a whole number. */
// @ts-ignore: decorator
@inline
export function integer(args: usize, word: i32): i32 {
  return load<i32>(args + (<usize>word << 2));
}

/** A word of a stage's arguments as a float32. */
// @ts-ignore: decorator
@inline
export function real(args: usize, word: i32): f32 {
  return load<f32>(args + (<usize>word << 2));
}
