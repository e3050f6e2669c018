// Builds plans. A `PlanBuilder` owns arenas and programs; a `Graph` is one forward pass being recorded, and knows
// how to emit its backward: differentiation happens here, when the plan is built. Only what was asked for is
// emitted: an operation whose inputs lead to no wanted parameter has no backward instructions.

import { layOut } from './memory.ts';
import type { DeferredGradient } from './deferred-gradient.ts';
import { fill, type Instruction, type Plan, type Program } from './plan.ts';
import { extent, pitchOf, type Tensor, type Vector } from './tensor.ts';

/** A gradient's place, and whether it holds a gradient already that is to be added to. */
interface GradientTarget {
  readonly tensor: Tensor;
  readonly accumulate: boolean;
}

export class PlanBuilder {
  private nextId = 0;
  private readonly arenas = new Map<string, { size: number; layoutOf: string }>();
  private readonly tensors = new Map<string, Map<string, Tensor>>();
  private readonly programs = new Map<string, { instructions: Instruction[]; kept: Set<Tensor> }>();
  private current: { instructions: Instruction[]; kept: Set<Tensor> } | undefined;

  /** A builder whose arenas and tensors are these, with programs of its own: for further plans over the same memory. */
  fork(): PlanBuilder {
    const copy = new PlanBuilder();
    copy.nextId = this.nextId;
    for (const [name, arena] of this.arenas) copy.arenas.set(name, { ...arena });
    for (const [name, tensors] of this.tensors) copy.tensors.set(name, new Map(tensors));
    return copy;
  }

  /** Records a program: everything that `body` emits. */
  program<T>(name: string, body: () => T): T {
    if (this.current !== undefined) throw new Error(`program ${name} inside another`);
    if (this.programs.has(name)) throw new Error(`program ${name} is recorded already`);
    this.current = { instructions: [], kept: new Set() };
    this.programs.set(name, this.current);
    try {
      return body();
    } finally {
      this.current = undefined;
    }
  }

  /** Appends an instruction to the program being recorded. */
  emit(instruction: Instruction): void {
    if (this.current === undefined) throw new Error(`${instruction.op} outside of a program`);
    this.current.instructions.push(instruction);
  }

  activation(name: string, shape: readonly number[]): Tensor {
    return { kind: 'tensor', id: this.nextId++, name, shape, pitch: pitchOf(shape), offset: 0 };
  }

  /** Keeps an activation readable after its program has run. */
  keep(tensor: Tensor): Tensor {
    this.current?.kept.add(tensor);
    return tensor;
  }

  /** A tensor that lives in an arena under a name; the same name returns the same tensor. */
  persistent(arena: string, name: string, shape: readonly number[]): Tensor {
    const owner = this.arena(arena);
    const named = this.tensors.get(arena)!;
    const known = named.get(name);
    if (known !== undefined) {
      if (known.shape.join() !== shape.join()) {
        throw new Error(`${name} is [${known.shape.join()}] already, not [${shape.join()}]`);
      }
      return known;
    }
    const offset = owner.size;
    const tensor: Tensor = {
      kind: 'tensor',
      id: this.nextId++,
      name,
      shape,
      pitch: pitchOf(shape),
      arena,
      offset,
    };
    owner.size += extent(tensor);
    named.set(name, tensor);
    return tensor;
  }

  /** A vector parallel to another arena (gradients, momentum, snapshots). */
  vector(arena: string, like: string = arena): Vector {
    if (arena === like) this.arena(arena);
    else if (!this.arenas.has(arena)) this.arenas.set(arena, { size: 0, layoutOf: like });
    return { kind: 'vector', arena };
  }

  /** The counterpart of a tensor in an arena parallel to its own. */
  parallel(tensor: Tensor, arena: string): Tensor {
    return { ...tensor, id: this.nextId++, arena, name: `${arena}/${tensor.name}` };
  }

  /** Tensors of an arena by name, in the order of their offsets. */
  inArena(arena: string): ReadonlyMap<string, Tensor> {
    this.arena(arena);
    return this.tensors.get(arena)!;
  }

  build(): Plan {
    const programs: Record<string, Program> = {};
    const slabs: number[] = [];
    for (const [name, { instructions, kept }] of this.programs) {
      const layout = layOut(instructions, kept);
      for (const [i, size] of layout.slabs.entries()) slabs[i] = Math.max(slabs[i] ?? 0, size);
      programs[name] = { name, instructions, placements: layout.placements, kept };
    }
    const arenas: Record<string, number> = {};
    for (const [name, { layoutOf }] of this.arenas) arenas[name] = this.arenas.get(layoutOf)!.size;
    return { arenas, slabs, programs };
  }

  private arena(name: string): { size: number } {
    let arena = this.arenas.get(name);
    if (arena === undefined) {
      arena = { size: 0, layoutOf: name };
      this.arenas.set(name, arena);
      this.tensors.set(name, new Map());
    }
    return arena;
  }
}

interface TapeEntry {
  readonly outputs: readonly Tensor[];
  readonly backward: (gradients: Gradients) => void;
}

export class Graph {
  private readonly builder: PlanBuilder;
  /** Arena of parameters that are wanted, to the arena that takes their gradients. */
  private readonly into: Readonly<Record<string, string>>;
  private readonly tape: TapeEntry[] = [];
  private readonly requiring = new Set<Tensor>();

  /** `into`: e.g. { weights: 'weightGradients' } to differentiate by the weights alone; {} for none. */
  constructor(builder: PlanBuilder, into: Readonly<Record<string, string>>) {
    this.builder = builder;
    this.into = into;
  }

  activation(name: string, shape: readonly number[]): Tensor {
    return this.builder.activation(name, shape);
  }

  /** As `PlanBuilder.emit`. */
  emit(instruction: Instruction): void {
    this.builder.emit(instruction);
  }

  requires(tensor: Tensor): boolean {
    return tensor.arena === undefined ? this.requiring.has(tensor) : this.into[tensor.arena] !== undefined;
  }

  /** Records how the gradients of `inputs` follow from those of `outputs`; ignored where no input needs a gradient. */
  onBackward(inputs: readonly Tensor[], outputs: readonly Tensor[], backward: TapeEntry['backward']): void {
    if (!inputs.some((input) => this.requires(input))) return;
    for (const output of outputs) this.requiring.add(output);
    this.tape.push({ outputs, backward });
  }

  /**
   * Emits the backward of everything that led to `roots`, whose own gradients are 1, and to outputs whose gradients are
   * given: tensors of their shapes.
   */
  backward(roots: readonly Tensor[], given: ReadonlyMap<Tensor, Tensor> = new Map()): void {
    const gradients = new Gradients(this, this.builder, this.into, given);
    for (const entry of this.tape.toReversed()) {
      if (entry.outputs.some((output) => roots.includes(output) || gradients.reaches(output))) {
        entry.backward(gradients);
      }
    }
  }
}

/** The gradients known so far while a backward pass is emitted. */
export class Gradients {
  private readonly graph: Graph;
  private readonly builder: PlanBuilder;
  private readonly arenas: Readonly<Record<string, string>>;
  private readonly targets: Map<Tensor, Tensor>;
  private readonly deferred = new Map<Tensor, DeferredGradient[]>();

  constructor(
    graph: Graph,
    builder: PlanBuilder,
    arenas: Readonly<Record<string, string>>,
    given: ReadonlyMap<Tensor, Tensor>,
  ) {
    this.graph = graph;
    this.builder = builder;
    this.arenas = arenas;
    this.targets = new Map(given);
  }

  reaches(tensor: Tensor): boolean {
    return this.targets.has(tensor) || this.deferred.has(tensor);
  }

  /** The gradient of an output. */
  of(tensor: Tensor): Tensor {
    const gradient = this.targets.get(tensor);
    if (gradient === undefined) throw new Error(`no gradient reaches ${tensor.name}`);
    return gradient;
  }

  /** Where to put the gradient of an input, or undefined where it is not wanted. */
  into(tensor: Tensor): GradientTarget | undefined {
    if (!this.graph.requires(tensor)) return undefined;
    const known = this.targets.get(tensor);
    if (known !== undefined) return { tensor: known, accumulate: true };
    return { tensor: this.create(tensor), accumulate: false };
  }

  /** As `into`, for operations that only add to parts of it: it starts as zeros. */
  intoZeroed(tensor: Tensor): Tensor | undefined {
    const target = this.into(tensor);
    if (target === undefined) return undefined;
    if (!target.accumulate) {
      this.graph.emit(fill(target.tensor, 0));
    }
    return target.tensor;
  }

  /** Whether the gradients of these parameters are wanted. */
  wants(parameters: readonly Tensor[]): boolean {
    return parameters.length > 0 && parameters.every((parameter) => this.graph.requires(parameter));
  }

  /** The place of a gradient that has one contribution only. */
  overwrite(tensor: Tensor): Tensor {
    if (this.targets.has(tensor)) throw new Error(`${tensor.name} is used twice in one pass`);
    return this.create(tensor);
  }

  /** `{ [role]: gradient }` where the parameter is wanted, `{}` where not. */
  parameter<R extends string>(role: R, tensor: Tensor): { [K in R]?: Tensor } {
    return this.graph.requires(tensor) ? ({ [role]: this.overwrite(tensor) } as { [K in R]: Tensor }) : {};
  }

  /** As `parameter`, for several at once. */
  parameters<R extends string>(role: R, tensors: readonly Tensor[]): { [K in R]?: readonly Tensor[] } {
    if (!this.wants(tensors)) return {};
    const gradients: readonly Tensor[] = tensors.map((tensor) => this.overwrite(tensor));
    return { [role]: gradients } as { [K in R]: readonly Tensor[] };
  }

  /** Leaves the gradient of a term to the operation that made the term, not written out. */
  defer(source: Tensor, gradient: DeferredGradient): void {
    this.deferred.set(source, [...(this.deferred.get(source) ?? []), gradient]);
  }

  /** Takes the gradients that were deferred to a source; a second call returns none. */
  takeDeferred(source: Tensor): readonly DeferredGradient[] {
    const gradients = this.deferred.get(source) ?? [];
    this.deferred.delete(source);
    return gradients;
  }

  private create(tensor: Tensor): Tensor {
    const arena = tensor.arena;
    const gradient =
      arena === undefined
        ? this.builder.activation(`d/${tensor.name}`, tensor.shape)
        : this.builder.parallel(tensor, this.arenas[arena]!);
    this.targets.set(tensor, gradient);
    return gradient;
  }
}
