// Matrices of a fan's products that are not the weights themselves: transposed ones, and the one matrix that the two
// of a factorized reduce make when the pixels of both are gathered side by side.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import { zero } from '../../../wasm/assembly/norm.as.ts';
import { transpose } from '../../../wasm/assembly/pointwise.as.ts';

/**
 * By chunk of this stage, 9 words: kind, from, to, inputs, pitch of inputs, outputs, pitch of outputs, count or
 * second, half. Kind 0: `count` matrices [inputs, outputs] transposed to [pitch of outputs, pitch of inputs].
 * Kinds 1, 2: from [inputs, half] and second [inputs, outputs - half] to [2 * pitch of inputs, pitch of outputs], and
 * transposed; 3: the inverse of 1, from a gradient to the two at `to` and second. half: outputs of
 * the first.
 */
export function fanMatrices(args: usize, chunk: i32): void {
  const at = chunk * 9;
  const kind = integer(args, at);
  let from = pointer(args, at + 1);
  let to = pointer(args, at + 2);
  const inputs = integer(args, at + 3);
  const inputPitch = integer(args, at + 4);
  const outputs = integer(args, at + 5);
  const outputPitch = integer(args, at + 6);
  if (kind == 0) {
    const bytes = <usize>(inputPitch * outputPitch) << 2;
    for (let i = integer(args, at + 7); i > 0; i--) {
      zero(to, bytes);
      transpose(from, outputPitch << 2, inputs, outputs, to, inputPitch << 2);
      from += (inputs * outputPitch) << 2;
      to += bytes;
    }
    return;
  }
  const second = pointer(args, at + 7);
  const half = integer(args, at + 8);
  const halfPitch = (half + 3) & ~3;
  const otherPitch = (outputs - half + 3) & ~3;
  if (kind == 3) {
    zero(to, (inputs * halfPitch) << 2);
    zero(second, (inputs * otherPitch) << 2);
  } else zero(to, (2 * inputPitch * outputPitch) << 2);
  for (let c = 0; c < inputs; c++) {
    for (let o = 0; o < outputs; o++) {
      const isSecond = o >= half;
      const row = isSecond ? inputPitch + c : c;
      const small = isSecond
        ? second + ((c * otherPitch + (o - half)) << 2)
        : (kind == 3 ? to : from) + ((c * halfPitch + o) << 2);
      if (kind == 1) store<f32>(to + ((row * outputPitch + o) << 2), load<f32>(small));
      else if (kind == 2) store<f32>(to + ((o * 2 * inputPitch + row) << 2), load<f32>(small));
      else store<f32>(small, load<f32>(from + ((row * outputPitch + o) << 2)));
    }
  }
}
