// Copies rows between dense tensors of tfjs and their places in an arena, where rows are padded.

import { extent, type Tensor } from '../kernels/tensor.ts';
import text from './rows.wgsl';

type Direction = 'scatter' | 'gather';

/** Of a dispatch in one dimension; threads of a workgroup, as in rows.wgsl. */
const [maxWorkgroups, lanes] = [65_535, 64];

function entry(binding: number, type: GPUBufferBindingType): GPUBindGroupLayoutEntry {
  return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } };
}

export class RowCopies {
  private readonly device: GPUDevice;
  private readonly layout: GPUBindGroupLayout;
  private readonly pipelines: Readonly<Record<Direction, GPUComputePipeline>>;
  private readonly sizes = new Map<string, GPUBuffer>();

  constructor(device: GPUDevice) {
    this.device = device;
    this.layout = device.createBindGroupLayout({
      entries: [entry(0, 'uniform'), entry(1, 'storage'), entry(2, 'storage')],
    });
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.layout] });
    const module = device.createShaderModule({ code: text });
    const pipeline = (entryPoint: Direction): GPUComputePipeline =>
      device.createComputePipeline({ layout, compute: { module, entryPoint } });
    this.pipelines = { scatter: pipeline('scatter'), gather: pipeline('gather') };
  }

  encode(
    pass: GPUComputePassEncoder,
    direction: Direction,
    tensor: Tensor,
    dense: GPUBuffer,
    arena: GPUBuffer,
  ): void {
    const entries = [this.sizeOf(tensor), dense, arena].map((buffer, binding) => ({
      binding,
      resource: { buffer },
    }));
    pass.setPipeline(this.pipelines[direction]);
    pass.setBindGroup(0, this.device.createBindGroup({ layout: this.layout, entries }));
    const groups = Math.ceil(extent(tensor) / lanes);
    pass.dispatchWorkgroups(Math.min(groups, maxWorkgroups), Math.ceil(groups / maxWorkgroups));
  }

  private sizeOf(tensor: Tensor): GPUBuffer {
    const words = [extent(tensor), tensor.pitch, tensor.shape.at(-1)!, tensor.offset];
    const key = words.join();
    const known = this.sizes.get(key);
    if (known !== undefined) return known;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ size: 16, usage });
    this.device.queue.writeBuffer(buffer, 0, new Uint32Array(words));
    this.sizes.set(key, buffer);
    return buffer;
  }
}

/** Whether rows have no spare lanes, as in tfjs. */
export function isDense(tensor: Tensor): boolean {
  return tensor.pitch === tensor.shape.at(-1);
}
