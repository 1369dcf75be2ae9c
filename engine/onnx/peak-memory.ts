/** Memory that a graph's intermediate results need, from their shapes alone: what is alive at the same time when nodes
 *  run in their order. Equal expressions count once, since ONNX Runtime merges them; views count as copies.
 *  An estimate: ONNX Runtime orders nodes by itself and keeps freed blocks for later. */
import { bytesPerElement, elementCount } from '../tensor/dtype.ts';
import type { GraphNode, OnnxGraph, Value } from './graph.ts';

/** Operators whose result shares its input's memory. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'Identity', 'Squeeze', 'Unsqueeze']);

function bytesOf({ dtype, shape }: Value): number {
  return elementCount(shape.map((size) => (typeof size === 'number' ? size : 1))) * bytesPerElement[dtype];
}

/** Most bytes alive at once; outputs and inputs of the graph are the caller's and do not count.
 *  Sizes known only at run time count as 1. */
export function peakBytes(graph: OnnxGraph): number {
  const merged = mergedNodes(graph);
  const owned = new Set(graph.outputs.map(({ name }) => merged.nameOf(name)));
  const lastUse = new Map<string, number>();
  merged.nodes.forEach(({ inputs }, index) => {
    for (const name of inputs) lastUse.set(name, index);
  });
  const sizes = new Map<string, number>();
  let alive = 0;
  let peak = 0;
  merged.nodes.forEach(({ inputs, output }, index) => {
    const size = output === null || owned.has(output.name) ? 0 : bytesOf(output);
    if (output) sizes.set(output.name, size);
    alive += size;
    peak = Math.max(peak, alive);
    for (const name of new Set(inputs)) {
      if (lastUse.get(name) !== index) continue;
      alive -= sizes.get(name) ?? 0;
      sizes.delete(name);
    }
  });
  return peak;
}

interface MergedNode {
  readonly inputs: readonly string[];
  readonly output: Value | null;
}

/** Nodes that an output needs, each expression once, views by the name of what they show. */
function mergedNodes({ nodes, outputs }: OnnxGraph) {
  const needed = new Set(outputs.map(({ name }) => name));
  const live: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((value) => value && needed.has(value.name))) continue;
    for (const value of node.inputs) if (value) needed.add(value.name);
    live.push(node);
  }
  const names = new Map<string, string>();
  const nameOf = (name: string) => names.get(name) ?? name;
  const known = new Map<string, string>();
  const result: MergedNode[] = [];
  for (const { op, inputs, outputs: values, options } of live.toReversed()) {
    const output = values[0] ?? null;
    const own = inputs.map((value) => (value ? nameOf(value.name) : ''));
    if (output && VIEWS.has(op)) {
      names.set(output.name, own[0]!);
      continue;
    }
    const key = JSON.stringify([op, own, options]);
    const same = known.get(key);
    if (output && same !== undefined) {
      names.set(output.name, same);
      continue;
    }
    if (output) known.set(key, output.name);
    result.push({ inputs: own, output });
  }
  return { nodes: result, nameOf };
}
