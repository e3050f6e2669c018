// A trained network as an ONNX model: the instructions of its evaluation program. Images are [N, C, H, W] with variable
// N, normalised as in the card; batch norms are folded into the convolution before them, exact up to rounding.

import onnxProto from 'onnx-proto';
import { MixopError } from '../../base/errors.ts';
import { type KnownInstruction, known } from '../../kernels/operations/all.ts';
import { epsilon } from '../../kernels/operations/batch-norm/types.ts';
import { type Instruction, tensorsIn } from '../../kernels/plan.ts';
import { imageShape, type Tensor } from '../../kernels/tensor.ts';
import { version } from '../../engine/version.ts';
import { describeNetwork } from '../card.ts';
import { derivedNetwork } from '../../supernet/derived-network.ts';
import { buildEvaluationPlan } from '../plan.ts';
import type { NamedArray } from '../safetensors.ts';
import type { TrainedNetwork } from '../trained.ts';
import { checkStateDict } from '../weights.ts';

const { onnx } = onnxProto;

/** The ONNX operator set of 2020, which every runtime supports. */
const opset = 13;
const irVersion = 8;

type Attributes = Readonly<Record<string, number | readonly number[]>>;
type Forward = Extract<KnownInstruction, { readonly pass: 'forward' }>;

/** The bytes of the model: input `images`, output `logits`. */
export function encodeOnnx({ card, weights, file }: TrainedNetwork): Uint8Array {
  const { plan, parameters, evaluations } = buildEvaluationPlan(
    derivedNetwork(describeNetwork(card, file)),
    card.image,
    1,
    1,
  );
  checkStateDict(parameters, weights, file);
  const { program, batch, logits } = evaluations.get(1)!;
  const graph = new OnnxGraph(plan.programs[program]!.instructions, weights, batch.images);
  const { height, width, channels } = card.image;
  const input = valueInfo('images', ['N', channels, height, width]);
  const output = valueInfo('logits', ['N', card.classes]);
  const made = graph.build(logits);
  const model = onnx.ModelProto.create({
    irVersion,
    opsetImport: [{ domain: '', version: opset }],
    producerName: 'mixop',
    producerVersion: version,
    graph: { name: 'network', input: [input], output: [output], ...made },
    metadataProps: [{ key: 'mixop', value: JSON.stringify(card) }],
  });
  return onnx.ModelProto.encode(model).finish();
}

function valueInfo(name: string, shape: readonly (string | number)[]): onnxProto.onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: onnx.TensorProto.DataType.FLOAT, shape: { dim } } } };
}

class OnnxGraph {
  private readonly instructions: readonly KnownInstruction[];
  private readonly weights: ReadonlyMap<string, NamedArray>;
  private readonly images: Tensor;
  private readonly made: onnxProto.onnx.INodeProto[] = [];
  private readonly constants = new Map<string, onnxProto.onnx.ITensorProto>();
  private readonly names = new Map<number, string>();
  /** Number of instructions that read a tensor. */
  private readonly readers = new Map<number, number>();

  constructor(
    instructions: readonly Instruction[],
    weights: ReadonlyMap<string, NamedArray>,
    images: Tensor,
  ) {
    this.instructions = instructions.map(known);
    this.weights = weights;
    this.images = images;
    this.names.set(images.id, 'images');
    for (const instruction of instructions)
      for (const { id } of tensorsIn(instruction.reads))
        this.readers.set(id, (this.readers.get(id) ?? 0) + 1);
  }

  build(logits: Tensor): Pick<onnxProto.onnx.IGraphProto, 'node' | 'initializer'> {
    this.names.set(logits.id, 'logits');
    for (const [index, instruction] of this.instructions.entries()) {
      if (instruction.op === 'crossEntropy') break;
      if (instruction.pass === 'forward') this.forward(instruction, this.instructions[index + 1]);
      else if (instruction.op === 'fill') this.zeros(instruction.writes.y);
      else throw unknown(instruction.op);
    }
    return { node: this.made, initializer: [...this.constants.values()] };
  }

  private forward(instruction: Forward, next: KnownInstruction | undefined): void {
    switch (instruction.op) {
      case 'relu':
        return this.emit('Relu', [this.name(instruction.reads.x)], instruction.writes.y);
      case 'convolution':
      case 'depthwise': {
        const { x, weight } = instruction.reads;
        const [height, width] = [weight.shape[0]!, weight.shape[1]!];
        const dilation = instruction.op === 'depthwise' ? instruction.dilation : 1;
        const group = instruction.op === 'depthwise' ? imageShape(x).c : 1;
        // Padding as in PyTorch: equal at both ends, none for a filter of even size.
        const pad = (size: number): number => Math.floor((dilation * (size - 1)) / 2);
        const attributes = {
          kernel_shape: [height, width],
          strides: [instruction.stride, instruction.stride],
          dilations: [dilation, dilation],
          pads: [pad(height), pad(width), pad(height), pad(width)],
          group,
        };
        return this.convolve(x, weight.name, attributes, instruction.writes.y, next);
      }
      case 'runningNorm': {
        // Folded into the convolution before it.
        if (this.names.has(instruction.writes.y.id)) return;
        const { x, gamma, beta, mean, variance } = instruction.reads;
        const inputs = [gamma, beta, mean, variance].map(({ name }) => this.weight(name));
        return this.emit('BatchNormalization', [this.name(x), ...inputs], instruction.writes.y, { epsilon });
      }
      case 'pool': {
        const { kernel, stride, padding } = instruction;
        const { h, w } = imageShape(instruction.reads.x);
        const out = imageShape(instruction.writes.y);
        // Equal windows: a single one, repeated.
        if (stride === 0) throw unknown('average of corners');
        const end = (size: number, windows: number): number =>
          (windows - 1) * stride + kernel - size - padding;
        const attributes = {
          kernel_shape: [kernel, kernel],
          strides: [stride, stride],
          pads: [padding, padding, Math.max(0, end(h, out.h)), Math.max(0, end(w, out.w))],
        };
        const operator = instruction.mode === 'max' ? 'MaxPool' : 'AveragePool';
        return this.emit(operator, [this.name(instruction.reads.x)], instruction.writes.y, attributes);
      }
      case 'factorizedReduce': {
        const { x, first, second } = instruction.reads;
        const { h, w } = imageShape(x);
        const y = this.name(instruction.writes.y);
        const shifted = [`${y}/starts`, `${y}/ends`, `${y}/axes`];
        for (const [i, values] of [
          [1, 1],
          [h, w],
          [2, 3],
        ].entries())
          this.integers(shifted[i]!, values);
        this.operator('Slice', [this.name(x), ...shifted], `${y}/shifted`);
        // At odd sizes the shifted pixel beyond the border is zero.
        const halves = [
          { from: this.name(x), weight: first, pads: [0, 0, 0, 0] },
          { from: `${y}/shifted`, weight: second, pads: [0, 0, h % 2, w % 2] },
        ];
        for (const [i, { from, weight, pads }] of halves.entries()) {
          const attributes = { kernel_shape: [1, 1], strides: [2, 2], pads };
          this.operator('Conv', [from, this.weight(weight.name)], `${y}/${i}`, attributes);
        }
        return this.operator('Concat', [`${y}/0`, `${y}/1`], y, { axis: 1 });
      }
      case 'add':
        return this.emit('Sum', this.all(instruction.reads.xs), instruction.writes.y);
      case 'concat':
        return this.emit('Concat', this.all(instruction.reads.xs), instruction.writes.y, { axis: 1 });
      case 'globalPool': {
        const y = this.name(instruction.writes.y);
        this.operator('Concat', this.all(instruction.reads.xs), `${y}/joined`, { axis: 1 });
        this.operator('GlobalAveragePool', [`${y}/joined`], `${y}/pooled`);
        return this.operator('Flatten', [`${y}/pooled`], y, { axis: 1 });
      }
      case 'linear': {
        const { xs, weight, bias } = instruction.reads;
        const weights = [weight, ...(bias ? [bias] : [])].map(({ name }) => this.weight(name));
        for (const [i, x] of xs.entries()) {
          this.emit('Gemm', [this.name(x), ...weights], instruction.writes.ys[i]!, { transB: 1 });
        }
        return;
      }
      default:
        throw unknown(instruction.op);
    }
  }

  /** A convolution; a norm that is its only reader is folded in. */
  private convolve(
    x: Tensor,
    weight: string,
    attributes: Attributes,
    y: Tensor,
    next: KnownInstruction | undefined,
  ): void {
    const folded = next?.op === 'runningNorm' && next.pass === 'forward' && next.reads.x === y;
    if (!folded || this.readers.get(y.id) !== 1)
      return this.emit('Conv', [this.name(x), this.weight(weight)], y, attributes);
    const [gamma, beta, mean, variance] = (['gamma', 'beta', 'mean', 'variance'] as const).map(
      (role) => this.values(next.reads[role].name).values,
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const { shape, values } = this.values(weight);
    const each = values.length / shape[0]!;
    const scale = (o: number): number => gamma[o]! / Math.sqrt(variance[o]! + epsilon);
    const scaled = values.map((value, i) => value * scale(Math.floor(i / each)));
    const bias = Float32Array.from(beta, (shift, o) => shift - mean[o]! * scale(o));
    this.constant(weight, { shape, values: scaled });
    this.constant(`${weight}/bias`, { shape: [bias.length], values: bias });
    this.emit('Conv', [this.name(x), weight, `${weight}/bias`], next.writes.y, attributes);
  }

  /** A state without incoming edges: zeros of the batch's size. */
  private zeros(y: Tensor): void {
    const { h, w, c } = imageShape(y);
    const name = this.name(y);
    for (const [part, values] of Object.entries({ from: [0], to: [1], rest: [c, h, w] }))
      this.integers(`${name}/${part}`, values);
    this.operator('Shape', [this.name(this.images)], `${name}/shape`);
    this.operator('Slice', [`${name}/shape`, `${name}/from`, `${name}/to`], `${name}/batch`);
    this.operator('Concat', [`${name}/batch`, `${name}/rest`], `${name}/size`, { axis: 0 });
    this.operator('ConstantOfShape', [`${name}/size`], name);
  }

  private emit(operator: string, inputs: readonly string[], y: Tensor, attributes: Attributes = {}): void {
    this.operator(operator, inputs, this.name(y), attributes);
  }

  private operator(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Attributes = {},
  ): void {
    const { INT, INTS, FLOAT } = onnx.AttributeProto.AttributeType;
    const attribute = Object.entries(attributes).map(([name, value]): onnxProto.onnx.IAttributeProto => {
      if (typeof value !== 'number') return { name, type: INTS, ints: [...value] };
      return Number.isInteger(value) ? { name, type: INT, i: value } : { name, type: FLOAT, f: value };
    });
    this.made.push({ opType, input: [...inputs], output: [output], attribute });
  }

  private name(tensor: Tensor): string {
    const known = this.names.get(tensor.id) ?? `${tensor.name}#${tensor.id}`;
    this.names.set(tensor.id, known);
    return known;
  }

  private all(tensors: readonly Tensor[]): string[] {
    return tensors.map((tensor) => this.name(tensor));
  }

  private values(name: string): NamedArray {
    return this.weights.get(name)!;
  }

  private weight(name: string): string {
    this.constant(name, this.values(name));
    return name;
  }

  private constant(name: string, { shape, values }: NamedArray): void {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const dataType = onnx.TensorProto.DataType.FLOAT;
    this.constants.set(name, { name, dims: [...shape], dataType, rawData });
  }

  private integers(name: string, values: readonly number[]): void {
    const dataType = onnx.TensorProto.DataType.INT64;
    this.constants.set(name, { name, dims: [values.length], dataType, int64Data: [...values] });
  }
}

function unknown(operation: string): MixopError {
  const remedy = 'export the weights as safetensors and build the network there';
  return new MixopError('data', operation, 'has no counterpart in ONNX that mixop knows', remedy);
}
