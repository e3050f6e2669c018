// Runs the programs of a mixed edge on tfjs's backend `webgpu`, with its device and its buffers: tfjs's tensors are the
// arenas, and workspace is borrowed from its pool. Pipelines are compiled at the first call for a shape.

import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { extent, type Tensor } from '../kernels/tensor.ts';
import { isSoftware } from '../kernels/executors/webgpu/device.ts';
import { fitted } from '../kernels/executors/webgpu/fit.ts';
import { Layout } from '../kernels/executors/webgpu/layout.ts';
import { lowerPlan } from '../kernels/executors/webgpu/lower.ts';
import { bind, type Compiled, compileNow, type Pipeline } from '../kernels/executors/webgpu/pipelines.ts';
import type { EdgePlan } from './edge-plan.ts';
import type { EdgeRunner } from './edge-runner.ts';
import { isDense, RowCopies } from './rows.ts';

interface CompiledEdge {
  readonly layout: Layout;
  readonly programs: ReadonlyMap<string, readonly Compiled[]>;
}

interface OnDevice {
  readonly edges: WeakMap<EdgePlan, CompiledEdge>;
  readonly rows: RowCopies;
  /** By text: edges share them. */
  readonly pipelines: Map<string, Pipeline>;
}

const devices = new WeakMap<GPUDevice, OnDevice>();

function onDevice(device: GPUDevice): OnDevice {
  const known = devices.get(device);
  if (known !== undefined) return known;
  const made = {
    edges: new WeakMap<EdgePlan, CompiledEdge>(),
    rows: new RowCopies(device),
    pipelines: new Map<string, Pipeline>(),
  };
  devices.set(device, made);
  return made;
}

function compiledEdge(device: GPUDevice, edge: EdgePlan): CompiledEdge {
  const { edges, pipelines } = onDevice(device);
  const known = edges.get(edge);
  if (known !== undefined) return known;
  const schedule = isSoftware(device.adapterInfo) ? 'tiles' : 'workgroup';
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = device.limits;
  const maxBytes = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const joined = lowerPlan(edge.plan, schedule, maxBytes);
  const layout = new Layout(edge.plan, joined.workspaceSlabs, maxBytes, 'none');
  const lowered = fitted(joined, layout, maxStorageBuffersPerShaderStage);
  const options = { workgroup: 64, specialise: schedule === 'workgroup' };
  const made = { layout, programs: compileNow(device, lowered, layout, options, pipelines).programs };
  edges.set(edge, made);
  return made;
}

export const runOnWebGpu: EdgeRunner<WebGPUBackend> = (backend, edge, program, inputs, outputs) => {
  const { device, bufferManager } = backend;
  const { layout, programs } = compiledEdge(device, edge);
  const borrowed: GPUBuffer[] = [];
  const borrow = (number: number): GPUBuffer => {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = bufferManager.acquireBuffer(layout.buffers[number]!, usage);
    borrowed.push(buffer);
    return buffer;
  };
  const bufferOf = ({ dataId }: TensorInfo): GPUBuffer => {
    backend.uploadToGPU(dataId);
    return backend.tensorMap.get(dataId).resource as GPUBuffer;
  };
  /** By their number in the layout; a program binds those that it needs. */
  const buffers: GPUBuffer[] = [];
  const place = (tensor: Tensor, info: TensorInfo): Move[] => {
    const { buffer: number, elements } = layout.arena(tensor.arena!);
    if (isDense(tensor) && extent(tensor) === elements) {
      buffers[number] = bufferOf(info);
      return [];
    }
    buffers[number] ??= borrow(number);
    return [{ tensor, dense: bufferOf(info), arena: buffers[number] }];
  };
  const made = outputs.map(({ shape }) => backend.makeTensorInfo(shape, 'float32'));
  const tapeRange = layout.arena('tape');
  const tape = inputs.tape ?? backend.makeTensorInfo([tapeRange.elements], 'float32');
  buffers[tapeRange.buffer] = bufferOf(tape);
  const before = [...inputs.tensors].flatMap(([tensor, info]) => place(tensor, info));
  const after = outputs.flatMap(({ tensor }, i) => place(tensor, made[i]!));
  for (const { buffer } of layout.transient) buffers[buffer] = borrow(buffer);

  // Commands that tfjs has recorded so far come first.
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
  const encoder = device.createCommandEncoder();
  copyDense(encoder, 'scatter', before);
  const pass = encoder.beginComputePass();
  copyRows(device, pass, 'scatter', before);
  for (const dispatch of programs.get(program)!) {
    const { pipeline, group, x, y } = bind(device, dispatch, buffers);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(x, y);
  }
  copyRows(device, pass, 'gather', after);
  pass.end();
  copyDense(encoder, 'gather', after);
  device.queue.submit([encoder.finish()]);
  // The next user of these buffers comes later in the queue.
  for (const buffer of borrowed) bufferManager.releaseBuffer(buffer);
  return { outputs: made, tape };
};

/** A tensor that does not fill its arena, and the buffers of both. */
interface Move {
  readonly tensor: Tensor;
  readonly dense: GPUBuffer;
  readonly arena: GPUBuffer;
}

function copyDense(
  encoder: GPUCommandEncoder,
  direction: 'scatter' | 'gather',
  moves: readonly Move[],
): void {
  for (const { tensor, dense, arena } of moves) {
    if (!isDense(tensor)) continue;
    const [offset, size] = [tensor.offset * 4, extent(tensor) * 4];
    if (direction === 'scatter') encoder.copyBufferToBuffer(dense, 0, arena, offset, size);
    else encoder.copyBufferToBuffer(arena, offset, dense, 0, size);
  }
}

function copyRows(
  device: GPUDevice,
  pass: GPUComputePassEncoder,
  direction: 'scatter' | 'gather',
  moves: readonly Move[],
): void {
  const { rows } = onDevice(device);
  for (const { tensor, dense, arena } of moves) {
    if (!isDense(tensor)) rows.encode(pass, direction, tensor, dense, arena);
  }
}
