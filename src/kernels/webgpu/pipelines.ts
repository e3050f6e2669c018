// Compiles dispatches into what the GPU replays: pipelines (one for each text, compiled side by side), bind groups and
// uniform words, all made once.

import type { Device } from './device.ts';
import { MixopError } from '../../base/errors.ts';
import { nameOf } from '../profile.ts';
import type { Layout } from './layout.ts';
import type { LoweredPlan, LoweredProgram } from './lower.ts';
import { compose, type Composed, type ComposeOptions } from './prelude.ts';

/** A dispatch that is ready to be encoded. */
export interface Prepared {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

/** Workgroups in one dimension at most. */
const longest = 65_535;

export async function prepare(
  { device }: Device,
  { programs }: LoweredPlan,
  layout: Layout,
  buffers: readonly GPUBuffer[],
  options: ComposeOptions,
): Promise<ReadonlyMap<string, readonly Prepared[]>> {
  const composed = programs.map((program) => composeAll(program, layout, options));
  const most = device.limits.maxStorageBuffersPerShaderStage;
  for (const [index, { name, dispatches }] of programs.entries()) {
    const at = composed[index]!.findIndex(({ bindings }) => bindings.length > most);
    if (at < 0) continue;
    const found = `${nameOf(dispatches[at]!.node)} needs ${composed[index]![at]!.bindings.length} buffers`;
    const problem = `${found}, and the adapter binds ${most}`;
    throw new MixopError('device', `program ${name}`, problem, 'lower the batch size or the channels');
  }
  const pipelines = await compileAll(device, composed.flat());
  const words = uploadWords(device, composed.flat());
  let next = 0;
  return new Map(
    programs.map(({ name, dispatches }, index) => [
      name,
      composed[index]!.map(({ text, bindings }, at): Prepared => {
        const { pipeline, layout: groupLayout } = pipelines.get(text)!;
        const { buffer, offset, size } = words[next++]!;
        const group = device.createBindGroup({
          layout: groupLayout,
          entries: [
            { binding: 0, resource: { buffer, offset, size } },
            ...bindings.map((one, i) => ({ binding: i + 1, resource: { buffer: buffers[one.buffer]! } })),
          ],
        });
        const wanted = dispatches[at]!.dispatch.size;
        const groups = 'threads' in wanted ? Math.ceil(wanted.threads / options.workgroup) : wanted.groups;
        return { pipeline, group, x: Math.min(groups, longest), y: Math.ceil(groups / longest) };
      }),
    ]),
  );
}

function composeAll(
  { dispatches, places }: LoweredProgram,
  layout: Layout,
  options: ComposeOptions,
): Composed[] {
  return dispatches.map(({ dispatch }) =>
    compose(dispatch, (operand) => layout.placement(operand, places), options),
  );
}

interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

async function compileAll(
  device: GPUDevice,
  all: readonly Composed[],
): Promise<ReadonlyMap<string, Compiled>> {
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
  const compiled = await Promise.all(
    [...distinct.values()].map(async ({ text, bindings }) => {
      const layout = layoutFor(bindings);
      const module = device.createShaderModule({ code: text });
      const pipeline = await device
        .createComputePipelineAsync({
          layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
          compute: { module, entryPoint: 'main' },
        })
        .catch(async (error: unknown) => {
          throw new Error(`${String(error)}\n${await complaints(module, text)}`);
        });
      return [text, { pipeline, layout }] as const;
    }),
  );
  return new Map(compiled);
}

/** What the compiler says, each with its line of the text. */
async function complaints(module: GPUShaderModule, text: string): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const lines = text.split('\n');
  return messages.map(({ lineNum, message }) => `${message}: ${lines[lineNum - 1] ?? ''}`).join('\n');
}

/** The words of all dispatches, each at an offset that a binding may start from. */
function uploadWords(
  device: GPUDevice,
  all: readonly Composed[],
): { buffer: GPUBuffer; offset: number; size: number }[] {
  const step = device.limits.minUniformBufferOffsetAlignment;
  const places: { offset: number; size: number }[] = [];
  let end = 0;
  for (const { words } of all) {
    const size = Math.ceil(words.length / 4) * 16;
    places.push({ offset: end, size });
    end = Math.ceil((end + size) / step) * step;
  }
  const data = new Uint32Array(Math.max(4, end / 4));
  for (const [index, { words }] of all.entries()) data.set(words, places[index]!.offset / 4);
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: 'words', size: data.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, data);
  return places.map((place) => ({ buffer, ...place }));
}
