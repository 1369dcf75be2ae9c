/** Where the training state lies and how a run replaces it: over itself in memory, or as new tensors on a device.
 *  Knows tensors by name; knows nothing of what a graph computes. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Device } from '../device/devices.ts';
import { OnnxGraph } from '../onnx/graph.ts';

export type Tensors = Record<string, Tensor>;

interface StateStore {
  readonly tensors: Readonly<Tensors>;
  /** Where a run writes the new value of a piece of state; null: where the runtime likes. */
  target(name: string): Tensor | null;
  /** Takes over what a run wrote. */
  replace(name: string, value: Tensor): void;
  clear(name: string): void;
  /** A copy of its numbers. */
  read(name: string): Promise<Float32Array>;
}

export function openState(tensors: Tensors, device: Device): Promise<StateStore> {
  return device === 'webgpu' ? DeviceState.open(tensors) : Promise.resolve(new MemoryState(tensors));
}

/** Fed and fetched alike: a graph writes each new value over the old one. */
class MemoryState implements StateStore {
  readonly tensors: Tensors;

  constructor(tensors: Tensors) {
    this.tensors = tensors;
  }

  target(name: string): Tensor {
    return this.tensors[name]!;
  }

  replace(name: string, value: Tensor): void {
    this.tensors[name] = value;
  }

  clear(name: string): void {
    (this.tensors[name]!.data as Float32Array).fill(0);
  }

  read(name: string): Promise<Float32Array> {
    return Promise.resolve(Float32Array.from(this.tensors[name]!.data as Float32Array));
  }
}

/** On the device from the beginning to the end; numbers come back only when they are asked for. */
class DeviceState implements StateStore {
  readonly tensors: Tensors = {};
  /** By the piece of state that they once were. */
  readonly #zeros = new Map<string, Tensor>();
  readonly #copies = new Copies();

  static async open(tensors: Tensors): Promise<DeviceState> {
    const state = new DeviceState();
    for (const [name, tensor] of Object.entries(tensors)) {
      state.tensors[name] = await state.#copies.copy(tensor, 'gpu-buffer');
      // What begins at zero may be asked to do so again.
      if ((tensor.data as Float32Array).every((value) => value === 0)) {
        state.#zeros.set(name, state.tensors[name]);
      }
    }
    return state;
  }

  target(): null {
    return null;
  }

  replace(name: string, value: Tensor): void {
    const old = this.tensors[name]!;
    this.tensors[name] = value;
    if (old !== value && old !== this.#zeros.get(name)) old.dispose();
  }

  clear(name: string): void {
    this.replace(name, this.#zeros.get(name)!);
  }

  async read(name: string): Promise<Float32Array> {
    // Never by the tensor's own getData, which aborts the process.
    const copy = await this.#copies.copy(this.tensors[name]!, 'cpu');
    return Float32Array.from(copy.data as Float32Array);
  }
}

/** Copies to and from the device, by graphs that do nothing else. */
class Copies {
  readonly #sessions = new Map<string, Promise<InferenceSession>>();

  async copy(tensor: Tensor, to: 'cpu' | 'gpu-buffer'): Promise<Tensor> {
    const key = `${to} ${tensor.dims.length}`;
    let session = this.#sessions.get(key);
    if (!session) {
      const graph = new OnnxGraph();
      const dims = tensor.dims.map((_, axis) => `d${axis}`);
      graph.output(graph.apply('Identity', [graph.input('x', 'float32', dims)], dims, { name: 'y' }));
      session = InferenceSession.create(graph.encode(), {
        executionProviders: ['webgpu'],
        logSeverityLevel: 3,
        ...(to === 'gpu-buffer' && { preferredOutputLocation: { y: to } }),
      });
      this.#sessions.set(key, session);
    }
    return (await (await session).run({ x: tensor }))['y']!;
  }
}
