// Softmax cross-entropy, in double. Math.exp and Math.log are AssemblyScript's own, compiled into the module.
// See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/**
 * args: logits, labels, bytes a row of labels, probabilities, rows, classes, bytes a row, rows a chunk, partials,
 * smoothing (f64, two words).
 */
export function crossEntropyRows(args: usize, chunk: i32): void {
  const classes = integer(args, 5);
  const row = integer(args, 6);
  const perChunk = integer(args, 7);
  const end = min((chunk + 1) * perChunk, integer(args, 4));
  const smoothing = load<f64>(args + 36);
  let loss: f64 = 0;
  let hits: f64 = 0;
  for (let n = chunk * perChunk; n < end; n++) {
    const x = pointer(args, 0) + n * row;
    const y = pointer(args, 3) + n * row;
    const label = <i32>load<f32>(pointer(args, 1) + n * integer(args, 2));
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (load<f32>(x + (k << 2)) > load<f32>(x + (best << 2))) best = k;
    }
    const peak = <f64>load<f32>(x + (best << 2));
    let sum: f64 = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(<f64>load<f32>(x + (k << 2)) - peak);
    for (let k = 0; k < classes; k++) {
      store<f32>(y + (k << 2), <f32>(Math.exp(<f64>load<f32>(x + (k << 2)) - peak) / sum));
    }
    for (let at = classes << 2; at < row; at += 4) store<f32>(y + at, 0);
    // A label that is no class makes the loss NaN, which stops a run.
    const known = label >= 0 && label < classes;
    const level = Math.log(sum);
    loss += known ? (1 - smoothing) * (level - (<f64>load<f32>(x + (label << 2)) - peak)) : NaN;
    if (smoothing != 0) {
      let all: f64 = 0;
      for (let k = 0; k < classes; k++) all += level - (<f64>load<f32>(x + (k << 2)) - peak);
      loss += (smoothing * all) / <f64>classes;
    }
    if (label == best) hits += 1;
  }
  const partial = pointer(args, 8) + (chunk << 4);
  store<f64>(partial, loss);
  store<f64>(partial, hits, 8);
}

/** args: partials, their count, rows, loss, correct, weight (f64). A chunk. Spare lanes of both are cleared. */
export function crossEntropyTotals(args: usize, chunk: i32): void {
  let loss: f64 = 0;
  let hits: f64 = 0;
  for (let i = 0; i < integer(args, 1); i++) {
    loss += load<f64>(pointer(args, 0) + (i << 4));
    hits += load<f64>(pointer(args, 0) + (i << 4), 8);
  }
  loss = (load<f64>(args + 20) * loss) / <f64>integer(args, 2);
  v128.store(pointer(args, 3), f32x4.replace_lane(f32x4.splat(0), 0, <f32>loss));
  v128.store(pointer(args, 4), f32x4.replace_lane(f32x4.splat(0), 0, <f32>hits));
}

/**
 * args: probabilities, labels, bytes a row of labels, dlogits, rows, classes, bytes a row, rows a chunk, add,
 * smoothing, weight (f64, two words each).
 */
export function crossEntropyBackward(args: usize, chunk: i32): void {
  const rows = integer(args, 4);
  const classes = integer(args, 5);
  const row = integer(args, 6);
  const perChunk = integer(args, 7);
  const accumulate = integer(args, 8);
  const end = min((chunk + 1) * perChunk, rows);
  const others = load<f64>(args + 36) / <f64>classes;
  const truth = 1 - load<f64>(args + 36) + others;
  const weight = load<f64>(args + 44);
  for (let n = chunk * perChunk; n < end; n++) {
    const label = <i32>load<f32>(pointer(args, 1) + n * integer(args, 2));
    const from = pointer(args, 0) + n * row;
    const to = pointer(args, 3) + n * row;
    for (let k = 0; k < classes; k++) {
      const wanted = k == label ? truth : others;
      let gradient = (weight * (<f64>load<f32>(from + (k << 2)) - wanted)) / <f64>rows;
      if (accumulate) gradient += <f64>load<f32>(to + (k << 2));
      store<f32>(to + (k << 2), <f32>gradient);
    }
    for (let at = classes << 2; at < row; at += 4) store<f32>(to + at, 0);
  }
}
