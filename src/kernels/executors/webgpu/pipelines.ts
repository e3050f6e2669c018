// Compiles dispatches into what the GPU replays: pipelines (one for each text, compiled side by side), bind groups and
// uniform words, all made once.

import { MixopError } from '../../../base/errors.ts';
import { nameOf } from '../profile.ts';
import type { Layout } from './layout.ts';
import type { LoweredPlan, LoweredProgram } from './lower.ts';
import { compose, type Composed, type ComposeOptions } from './prelude.ts';

/** A dispatch that is ready to encode. */
export interface Prepared {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

/** Of a dispatch, in one dimension. */
const maxWorkgroups = 65_535;

/** A dispatch without its buffers. */
export interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly words: GPUBufferBinding;
  readonly bindings: Composed['bindings'];
  readonly x: number;
  readonly y: number;
}

/** By name of program, and the words of all dispatches. */
interface Programs<D> {
  readonly programs: ReadonlyMap<string, readonly D[]>;
  readonly words: GPUBuffer;
}

/** known: the device's pipelines by text; new ones are added. */
export async function prepare(
  device: GPUDevice,
  lowered: LoweredPlan,
  layout: Layout,
  buffers: readonly GPUBuffer[],
  options: ComposeOptions,
  known: Map<string, Pipeline>,
): Promise<Programs<Prepared>> {
  const composed = composePrograms(device, lowered, layout, options);
  await compileAll(device, missingOf(composed, known), known);
  const { programs, words } = assemble(device, lowered, composed, known, options);
  const bound = [...programs].map(
    ([name, dispatches]) => [name, dispatches.map((one) => bind(device, one, buffers))] as const,
  );
  return { programs: new Map(bound), words };
}

/** As `prepare`, without buffers, and synchronous: it blocks while the driver compiles. */
export function compileNow(
  device: GPUDevice,
  lowered: LoweredPlan,
  layout: Layout,
  options: ComposeOptions,
  known: Map<string, Pipeline>,
): Programs<Compiled> {
  const composed = composePrograms(device, lowered, layout, options);
  for (const [text, { descriptor, layout: groupLayout }] of sourcesOf(device, missingOf(composed, known))) {
    known.set(text, { pipeline: device.createComputePipeline(descriptor), layout: groupLayout });
  }
  return assemble(device, lowered, composed, known, options);
}

function missingOf(
  composed: readonly (readonly Composed[])[],
  known: ReadonlyMap<string, Pipeline>,
): readonly Composed[] {
  return composed.flat().filter(({ text }) => !known.has(text));
}

/** buffers: by their number in the layout. */
export function bind(
  device: GPUDevice,
  { pipeline, layout, words, bindings, x, y }: Compiled,
  buffers: readonly GPUBuffer[],
): Prepared {
  const group = device.createBindGroup({
    layout,
    entries: [
      { binding: 0, resource: words },
      ...bindings.map((one, i) => ({ binding: i + 1, resource: { buffer: buffers[one.buffer]! } })),
    ],
  });
  return { pipeline, group, x, y };
}

/** By program and dispatch; throws where one needs more buffers than the device binds. */
function composePrograms(
  device: GPUDevice,
  { programs }: LoweredPlan,
  layout: Layout,
  options: ComposeOptions,
): readonly (readonly Composed[])[] {
  const composed = programs.map((program) => composeAll(program, layout, options));
  const maxBuffers = device.limits.maxStorageBuffersPerShaderStage;
  for (const [index, { name, dispatches }] of programs.entries()) {
    const at = composed[index]!.findIndex(({ bindings }) => bindings.length > maxBuffers);
    if (at < 0) continue;
    const found = `${nameOf(dispatches[at]!.instruction)} needs ${composed[index]![at]!.bindings.length} buffers`;
    const problem = `${found}, and the adapter binds ${maxBuffers}`;
    throw new MixopError('device', `program ${name}`, problem, 'lower the batch size or the channels');
  }
  return composed;
}

function assemble(
  device: GPUDevice,
  { programs }: LoweredPlan,
  composed: readonly (readonly Composed[])[],
  pipelines: ReadonlyMap<string, Pipeline>,
  { workgroup }: ComposeOptions,
): Programs<Compiled> {
  const { buffer, placements } = uploadWords(device, composed.flat());
  let next = 0;
  const compiled = new Map(
    programs.map(({ name, dispatches }, index) => [
      name,
      composed[index]!.map(({ text, bindings }, at): Compiled => {
        const { size } = dispatches[at]!.dispatch;
        const groups = 'threads' in size ? Math.ceil(size.threads / workgroup) : size.groups;
        const [x, y] = [Math.min(groups, maxWorkgroups), Math.ceil(groups / maxWorkgroups)];
        return { ...pipelines.get(text)!, words: { buffer, ...placements[next++]! }, bindings, x, y };
      }),
    ]),
  );
  return { programs: compiled, words: buffer };
}

function composeAll(
  { dispatches, placements }: LoweredProgram,
  layout: Layout,
  options: ComposeOptions,
): Composed[] {
  return dispatches.map(({ dispatch }) =>
    compose(dispatch, (operand) => layout.placement(operand, placements), options),
  );
}

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

interface Source {
  readonly module: GPUShaderModule;
  readonly descriptor: GPUComputePipelineDescriptor;
  readonly layout: GPUBindGroupLayout;
}

/** The pipelines to compile, by text. */
function sourcesOf(device: GPUDevice, all: readonly Composed[]): ReadonlyMap<string, Source> {
  const layouts = new Map<string, GPUBindGroupLayout>();
  const layoutFor = (bindings: Composed['bindings']): GPUBindGroupLayout => {
    const key = bindings.map(({ written }) => Number(written)).join('');
    const known = layouts.get(key);
    if (known !== undefined) return known;
    const made = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } },
        ...bindings.map(({ written }, index) => ({
          binding: index + 1,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: written ? ('storage' as const) : ('read-only-storage' as const) },
        })),
      ],
    });
    layouts.set(key, made);
    return made;
  };
  const distinct = new Map(all.map((one) => [one.text, one]));
  return new Map(
    [...distinct.values()].map(({ text, bindings }) => {
      const layout = layoutFor(bindings);
      const module = device.createShaderModule({ code: text });
      const descriptor = {
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      };
      return [text, { module, descriptor, layout }];
    }),
  );
}

async function compileAll(
  device: GPUDevice,
  all: readonly Composed[],
  into: Map<string, Pipeline>,
): Promise<void> {
  await Promise.all(
    [...sourcesOf(device, all)].map(async ([text, { module, descriptor, layout }]) => {
      const pipeline = await device.createComputePipelineAsync(descriptor).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await compilerMessages(module, text)}`);
      });
      into.set(text, { pipeline, layout });
    }),
  );
}

/** Messages of the compiler, each with its line of the text. */
async function compilerMessages(module: GPUShaderModule, text: string): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const lines = text.split('\n');
  return messages.map(({ lineNum, message }) => `${message}: ${lines[lineNum - 1] ?? ''}`).join('\n');
}

/** The words of all dispatches, each at an offset that a binding may start from. */
function uploadWords(
  device: GPUDevice,
  all: readonly Composed[],
): { readonly buffer: GPUBuffer; readonly placements: readonly { offset: number; size: number }[] } {
  const step = device.limits.minUniformBufferOffsetAlignment;
  const placements: { offset: number; size: number }[] = [];
  let end = 0;
  for (const { words } of all) {
    const size = Math.ceil(words.length / 4) * 16;
    placements.push({ offset: end, size });
    end = Math.ceil((end + size) / step) * step;
  }
  const data = new Uint32Array(Math.max(4, end / 4));
  for (const [index, { words }] of all.entries()) data.set(words, placements[index]!.offset / 4);
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: 'words', size: data.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, data);
  return { buffer, placements };
}
