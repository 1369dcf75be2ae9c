/** A process of its own that tries one of ONNX Runtime's execution providers on a sum of two numbers and ends with
 *  what came of it: a provider without its driver may end the process that asks. */
import * as ort from 'onnxruntime-node';
import { OnnxGraph } from '../onnx/graph.ts';

const provider = process.argv[2]!;
const graph = new OnnxGraph();
const x = graph.input('x', 'float32', [1]); // (1)
graph.output(graph.apply('Add', [x, x], [1])); // (1)

let fault: string | null = null;
try {
  const session = await ort.InferenceSession.create(graph.encode(), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  const sum = await session.run({ x: new ort.Tensor('float32', [21], [1]) });
  if (sum[session.outputNames[0]!]!.data[0] !== 42) fault = 'it adds 21 and 21 wrongly';
} catch (error) {
  fault = error instanceof Error ? error.message : String(error);
}
process.stdout.write(JSON.stringify({ fault }));
