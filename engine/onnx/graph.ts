/** Builds an ONNX model: nodes, initializers, inputs and outputs, encoded to bytes.
 *  Knows the ONNX format (onnx.proto3, IR 10, opset 21 and com.microsoft 1); knows nothing of what
 *  the operators compute: shapes of results are given by the caller. */
import { elementCount, onnxDataType, type DType } from '../tensor/dtype.ts';
import { EngineError } from '../errors.ts';
import { MessageWriter } from './protobuf.ts';

/** A size, or the name of a size known only at run time. */
export type Dim = number | string;

/** A tensor in the graph, by name. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** Integers are ints, `{ float }` is a float: 1 and 1.0 are the same number in JavaScript. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: 'com.microsoft';
  /** The graph that a Scan runs. */
  readonly body?: Body;
}

/** Nodes that may use every value of the graph around them. */
interface Body {
  readonly inputs: readonly Value[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly Value[];
}

/** What a node produces: a result's type, or null where an optional output is not wanted. */
export type OutputType = {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
  readonly name?: string;
} | null;

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly (Value | null)[];
  readonly options: NodeOptions;
}

/** Where an external initializer's bytes lie, relative to the model's folder. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly byteLength: number;
}

type Initializer = { readonly value: Value } & (
  | { readonly data: Uint8Array }
  | { readonly external: ExternalData }
);

export type TypedData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int8Array
  | Uint8Array
  | Uint16Array;

export class OnnxGraph {
  readonly nodes: GraphNode[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  /** Outputs that are sequences of what they describe. */
  readonly #sequences = new Set<Value>();
  readonly #initializers: Initializer[] = [];
  readonly #smallConstants = new Map<string, Value>();
  #count = 0;
  /** Where new nodes go: the graph's, or those of the body being built. */
  #scope = this.nodes;

  /** A name no other value of this graph has. */
  uniqueName(stem: string): string {
    return `${stem}_${this.#count++}`;
  }

  input(name: string, dtype: DType, shape: readonly Dim[]): Value {
    const value = { name, dtype, shape };
    this.inputs.push(value);
    return value;
  }

  output(value: Value): void {
    this.outputs.push(value);
  }

  /** An output that is a sequence, of one tensor. */
  sequenceOutput(name: string, element: Value): void {
    const sequence = this.apply('SequenceConstruct', [element], element.shape, { name });
    this.#sequences.add(sequence);
    this.output(sequence);
  }

  /** An initializer inside the model file. Equal small constants are stored once. */
  constant(dtype: DType, shape: readonly number[], data: TypedData, name?: string): Value {
    if (data.length !== elementCount(shape)) {
      throw new EngineError(
        'E_SHAPE_MISMATCH',
        `constant ${name ?? ''}: ${data.length} elements for shape (${shape.join(', ')})`,
      );
    }
    const key =
      name === undefined && data.length <= 16 ? `${dtype}|${shape.join()}|${data.join()}` : undefined;
    const known = key === undefined ? undefined : this.#smallConstants.get(key);
    if (known) return known;
    const value = { name: name ?? this.uniqueName('const'), dtype, shape };
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ value, data: bytes });
    if (key !== undefined) this.#smallConstants.set(key, value);
    return value;
  }

  /** A vector of int64, the type of shapes, axes and indices. */
  int64(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    return this.constant('int64', shape, BigInt64Array.from(values, BigInt));
  }

  float32(values: readonly number[], shape: readonly number[] = []): Value {
    return this.constant('float32', shape, Float32Array.from(values));
  }

  /** An initializer in a file beside the model; ONNX Runtime maps it into memory when the offset is a multiple of 4096. */
  external(name: string, dtype: DType, shape: readonly number[], external: ExternalData): Value {
    const value = { name, dtype, shape };
    this.#initializers.push({ value, external });
    return value;
  }

  /** Adds a node; returns its outputs in order (null where not wanted). */
  node(
    op: string,
    inputs: readonly (Value | null)[],
    outputs: readonly OutputType[],
    options: NodeOptions = {},
  ): (Value | null)[] {
    const results = outputs.map(
      (type) => type && { name: type.name ?? this.uniqueName(op), dtype: type.dtype, shape: type.shape },
    );
    this.#scope.push({ op, inputs, outputs: results, options });
    return results;
  }

  /** Adds a node with one output, of the first input's type unless given. */
  apply(
    op: string,
    inputs: readonly (Value | null)[],
    shape: readonly Dim[],
    options: NodeOptions & { readonly dtype?: DType; readonly name?: string } = {},
  ): Value {
    const dtype = options.dtype ?? inputs.find((value) => value !== null)!.dtype;
    const output = options.name === undefined ? { dtype, shape } : { dtype, shape, name: options.name };
    return this.node(op, inputs, [output], options)[0]!;
  }

  /** The same computation for each element of the inputs' first axis by itself, one after the other (ONNX Scan).
   *  @param build given an element of each input, returns the values that make up the results; initializers that it
   *  makes belong to the graph around
   *  @returns what the body returned, with the first axis before it */
  async scan(
    inputs: readonly Value[],
    build: (elements: readonly Value[]) => Promise<readonly Value[]>,
  ): Promise<Value[]> {
    const elements = inputs.map(({ dtype, shape }) => ({
      name: this.uniqueName('element'),
      dtype,
      shape: shape.slice(1),
    }));
    const around = this.#scope;
    const nodes: GraphNode[] = [];
    this.#scope = nodes;
    const outputs = await build(elements);
    this.#scope = around;
    const axis = inputs[0]!.shape[0]!;
    const results = outputs.map(({ dtype, shape }) => ({ dtype, shape: [axis, ...shape] }));
    return this.node('Scan', inputs, results, {
      attributes: { num_scan_inputs: inputs.length },
      body: { inputs: elements, nodes, outputs },
    }).map((value) => value!);
  }

  /** The model file's bytes. Nodes that no output needs are left out: ONNX Runtime would run them. */
  encode(): Uint8Array {
    const needed = new Set(this.outputs.map((value) => value.name));
    const live: GraphNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((value) => value && needed.has(value.name))) continue;
      for (const name of namesUsedBy(node)) needed.add(name);
      live.push(node);
    }
    const graph = new MessageWriter();
    live.reverse().forEach((node, index) => graph.message(1, encodeNode(node, index)));
    graph.string(2, 'modelgate');
    for (const initializer of this.#initializers) {
      if (needed.has(initializer.value.name)) graph.message(5, encodeInitializer(initializer));
    }
    for (const value of this.inputs) graph.message(11, encodeValueInfo(value));
    for (const value of this.outputs) {
      graph.message(12, encodeValueInfo(value, this.#sequences.has(value)));
    }
    const opset = (domain: string, version: number) => new MessageWriter().string(1, domain).int(2, version);
    return new MessageWriter()
      .int(1, 10)
      .string(2, 'modelgate')
      .message(7, graph)
      .message(8, opset('', 21))
      .message(8, opset('com.microsoft', 1))
      .finish();
  }
}

/** By the node itself and by its body. */
function namesUsedBy({ inputs, options }: GraphNode): string[] {
  const own = inputs.flatMap((value) => (value ? [value.name] : []));
  return [...own, ...(options.body?.nodes.flatMap(namesUsedBy) ?? [])];
}

function encodeBody({ inputs, nodes, outputs }: Body): MessageWriter {
  const graph = new MessageWriter();
  nodes.forEach((node, index) => graph.message(1, encodeNode(node, index)));
  graph.string(2, 'body');
  for (const value of inputs) graph.message(11, encodeValueInfo(value));
  for (const value of outputs) graph.message(12, encodeValueInfo(value));
  return new MessageWriter().string(1, 'body').message(6, graph).int(20, 5);
}

function encodeNode(node: GraphNode, index: number): MessageWriter {
  const message = new MessageWriter();
  for (const value of node.inputs) message.string(1, value?.name ?? '');
  for (const value of node.outputs) message.string(2, value?.name ?? '');
  message.string(3, `${node.op}_${index}`).string(4, node.op);
  for (const [name, attribute] of Object.entries(node.options.attributes ?? {})) {
    message.message(5, encodeAttribute(name, attribute));
  }
  if (node.options.body) message.message(5, encodeBody(node.options.body));
  if (node.options.domain) message.string(7, node.options.domain);
  return message;
}

function encodeAttribute(name: string, attribute: Attribute): MessageWriter {
  const message = new MessageWriter().string(1, name);
  if (typeof attribute === 'number') return message.int(3, attribute).int(20, 2);
  if (typeof attribute === 'string') return message.string(4, attribute).int(20, 3);
  if ('float' in attribute) return message.float(2, attribute.float).int(20, 1);
  for (const element of attribute) message.int(8, element);
  return message.int(20, 7);
}

function encodeInitializer(initializer: Initializer): MessageWriter {
  const { value } = initializer;
  const message = new MessageWriter();
  for (const size of value.shape) message.int(1, size as number);
  message.int(2, onnxDataType[value.dtype]).string(8, value.name);
  if ('data' in initializer) return message.bytes(9, initializer.data);
  const { location, offset, byteLength } = initializer.external;
  const entries = { location, offset: String(offset), length: String(byteLength) };
  for (const [key, entry] of Object.entries(entries)) {
    message.message(13, new MessageWriter().string(1, key).string(2, entry));
  }
  return message.int(14, 1);
}

function encodeValueInfo(value: Value, isSequence = false): MessageWriter {
  const shape = new MessageWriter();
  for (const size of value.shape) {
    shape.message(
      1,
      typeof size === 'string' ? new MessageWriter().string(2, size) : new MessageWriter().int(1, size),
    );
  }
  const tensor = new MessageWriter().int(1, onnxDataType[value.dtype]).message(2, shape);
  const type = new MessageWriter().message(1, tensor);
  const sequence = () => new MessageWriter().message(4, new MessageWriter().message(1, type));
  return new MessageWriter().string(1, value.name).message(2, isSequence ? sequence() : type);
}
