/** A process of its own that runs a tiny model on the processor and on the device named, and prints how far they are
 *  apart: a driver may end the process that uses it. */
import { join } from 'node:path';
import { readCheckpoint } from '../../engine/checkpoint/read-checkpoint.ts';
import { DeviceCache } from '../../engine/inference/device-cache.ts';
import { DeviceDecoder } from '../../engine/inference/device-decoder.ts';
import { Decoder } from '../../engine/inference/decoder.ts';
import type { Device } from '../../engine/device/devices.ts';
import { prepareGraph } from '../../engine/inference/graph-cache.ts';
import type { StepDecoder } from '../../engine/inference/step-decoder.ts';
import type { Precision } from '../../engine/nn/precision.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';

export interface Equality {
  readonly precision: Precision;
  /** Largest difference of a logit. */
  readonly apart: number;
  readonly tokensEqual: boolean;
  /** Bit for bit the same logits beside another sequence as alone. */
  readonly batchInvariant: boolean;
  /** Where keys and values lie. */
  readonly locations: readonly string[];
}

const [device, ...asked] = process.argv.slice(2) as [Device, ...Precision[]];

/** Longer than the chunk that a device falls back to. */
const PROMPT = Array.from({ length: 40 }, (_, i) => (i * 37) % 100);
const STEPS = 8;

async function open(precision: Precision, on: Device): Promise<StepDecoder> {
  const checkpoint = await readCheckpoint(join(packageRoot, 'fixtures/golden/engine/tiny-tied'));
  // Products of few bits without rounded activations are those of the device's graph; the processor runs that as well.
  const ownGraph = on === 'cpu' && precision === 'float32';
  const form = ownGraph ? 'inPlace' : 'whole';
  const graph = await prepareGraph(checkpoint, precision, null, undefined, false, form);
  await checkpoint.weights.close();
  return ownGraph
    ? Decoder.open(checkpoint.spec, graph, 0)
    : DeviceDecoder.open(checkpoint.spec, graph, 0, on);
}

async function trace(decoder: StepDecoder, neighbour: boolean) {
  const cache = decoder.newCache();
  const { vocabSize } = decoder.spec;
  const rows: Float32Array[] = [];
  await decoder.prefill(cache, 0, PROMPT, 0, (logits) => rows.push(logits.slice()));
  if (neighbour) await decoder.prefill(cache, 1, [5, 6, 7], 3, () => undefined);
  const tokens: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const last = rows.at(-1)!;
    const token = last.indexOf(Math.max(...last));
    tokens.push(token);
    rows.push((await decoder.decode(cache, neighbour ? [token, 9] : [token])).slice(0, vocabSize));
  }
  const held = cache instanceof DeviceCache ? cache.row(0).tensors : [];
  return { rows, tokens, locations: [...new Set(held.map(({ location }) => location))] };
}

const results: Equality[] = [];
for (const precision of asked) {
  const onProcessor = await open(precision, 'cpu');
  const expected = await trace(onProcessor, false);
  await onProcessor.release();
  const onDevice = await open(precision, device);
  const alone = await trace(onDevice, false);
  const beside = await trace(onDevice, true);
  await onDevice.release();
  results.push({
    precision,
    apart: Math.max(
      ...expected.rows.map((row, i) =>
        row.reduce((m, x, j) => Math.max(m, Math.abs(x - alone.rows[i]![j]!)), 0),
      ),
    ),
    tokensEqual: expected.tokens.join() === alone.tokens.join(),
    batchInvariant: alone.rows.every((row, i) => row.every((x, j) => Object.is(x, beside.rows[i]![j]))),
    locations: alone.locations,
  });
}
process.stdout.write(JSON.stringify(results));
