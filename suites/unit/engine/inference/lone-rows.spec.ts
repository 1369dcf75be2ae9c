import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { prepareGraph } from '../../../../engine/inference/graph-cache.ts';
import { roundsLoneRows } from '../../../../engine/inference/lone-rows.ts';
import { precisions, type Precision } from '../../../../engine/nn/precision.ts';

const model = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-untied');

test('takes rows apart in the precisions that this processor rounds otherwise alone, and in no other', async () => {
  const checkpoint = await readCheckpoint(model);
  for (const precision of Object.keys(precisions) as Precision[]) {
    const { layers } = precisions[precision];
    const expected = layers !== null && (await roundsLoneRows(layers, 4));
    const graph = await prepareGraph(checkpoint, precision);
    expect(Buffer.from(graph as Uint8Array).includes('Scan'), precision).toBe(expected);
  }
  await checkpoint.weights.close();
});
