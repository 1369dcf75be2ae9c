/** Whether this processor multiplies a single row by blocks of few bits to other bits than a row among several. */
import * as ort from 'onnxruntime-node';
import { linearMatrix } from '../nn/matrices.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import type { BlockFormat } from '../tensor/block-quantise.ts';
import { openSession } from './session.ts';

/** Several blocks a row, and more columns than any kernel takes at once. */
const COLUMNS = 512;
const OUTPUTS = 64;

/** Of which rows take turns with all that kernels do of several: pairs, fours, what is left over. */
const ROWS = 7;

const known = new Map<string, Promise<boolean>>();

/** Found by trying, once for each format: it depends on the processor, not on the numbers. x86: so with blocks of
 *  4 bits (AVX2: of 32 and more, AVX-512 with VNNI: of 64); not with 8 bits.
 *  @param accuracyLevel as in attention-forms.ts */
export function roundsLoneRows(format: BlockFormat, accuracyLevel: number): Promise<boolean> {
  const key = `${format.bits}/${format.blockSize}/${accuracyLevel}`;
  const asked = known.get(key) ?? compare(format, accuracyLevel);
  known.set(key, asked);
  return asked;
}

async function compare(format: BlockFormat, accuracyLevel: number): Promise<boolean> {
  const graph = new OnnxGraph();
  const weights = Float32Array.from({ length: OUTPUTS * COLUMNS }, (_, i) => Math.sin(i * i));
  const matrix = await linearMatrix(
    graph,
    (name, dtype, shape, data) => Promise.resolve(graph.constant(dtype, shape, data, name)),
    'weights',
    [weights],
    COLUMNS,
    format,
    accuracyLevel,
  );
  const x = graph.input('x', 'float32', ['rows', COLUMNS]);
  graph.output(matrix.multiply(x, ['rows', OUTPUTS], 'y'));
  const session = await openSession(graph.encode(), 0);
  try {
    const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => Math.cos(3 * i * i));
    const product = async (first: number, count: number) => {
      const data = values.slice(first * COLUMNS, (first + count) * COLUMNS);
      const { y } = await session.run({ x: new ort.Tensor('float32', data, [count, COLUMNS]) });
      return y!.data as Float32Array;
    };
    const together = await product(0, ROWS);
    for (let row = 0; row < ROWS; row++) {
      const alone = await product(row, 1);
      if (alone.some((value, i) => !Object.is(value, together[row * OUTPUTS + i]))) return true;
    }
    return false;
  } finally {
    await session.release();
  }
}
