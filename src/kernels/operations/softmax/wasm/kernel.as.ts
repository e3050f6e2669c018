// Softmax of every row, in double. Math.exp is AssemblyScript's own, compiled into the module: the same bits on any
// machine. See definition.ts for the formulas.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';

/** args: x, y, rows, columns, bytes a row. A chunk. */
export function softmaxForward(args: usize, chunk: i32): void {
  const columns = integer(args, 3);
  const row = integer(args, 4);
  for (let r = 0; r < integer(args, 2); r++) {
    const x = pointer(args, 0) + r * row;
    const y = pointer(args, 1) + r * row;
    let peak = load<f32>(x);
    for (let k = 1; k < columns; k++) peak = max(peak, load<f32>(x + (k << 2)));
    let sum: f64 = 0;
    for (let k = 0; k < columns; k++) sum += Math.exp(<f64>load<f32>(x + (k << 2)) - <f64>peak);
    for (let k = 0; k < columns; k++) {
      store<f32>(y + (k << 2), <f32>(Math.exp(<f64>load<f32>(x + (k << 2)) - <f64>peak) / sum));
    }
    for (let at = columns << 2; at < row; at += 4) store<f32>(y + at, 0);
  }
}

/** args: y, dy, dx, rows, columns, bytes a row, accumulate. A chunk. */
export function softmaxBackward(args: usize, chunk: i32): void {
  const columns = integer(args, 4);
  const row = integer(args, 5);
  const accumulate = integer(args, 6);
  for (let r = 0; r < integer(args, 3); r++) {
    const y = pointer(args, 0) + r * row;
    const dy = pointer(args, 1) + r * row;
    const dx = pointer(args, 2) + r * row;
    let dot: f64 = 0;
    for (let k = 0; k < columns; k++) dot += <f64>load<f32>(y + (k << 2)) * <f64>load<f32>(dy + (k << 2));
    for (let k = 0; k < columns; k++) {
      let gradient = <f64>load<f32>(y + (k << 2)) * (<f64>load<f32>(dy + (k << 2)) - dot);
      if (accumulate) gradient += <f64>load<f32>(dx + (k << 2));
      store<f32>(dx + (k << 2), <f32>gradient);
    }
    for (let at = columns << 2; at < row; at += 4) store<f32>(dx + at, 0);
  }
}
