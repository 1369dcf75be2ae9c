/** Negative controls: what a verdict must not let through, and what it must not pretend to have judged.
 *  Each run is the command line as a user types it, on real weights made worse on purpose. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { GateResult, MetricsFile, Verdict } from '../../reports/report-data.ts';
import { harness } from '../helpers/cli.ts';
import {
  addNoise,
  tinyChat,
  untrained,
  writeDamaged,
  writeWithShuffledMerges,
  zeroLayer,
} from '../helpers/damaged-models.ts';

/** Samples a task. A model that answers nonsense never stops, and few samples show it; finer damage needs more. */
const few = 24;
const some = 160;
const all = 1_000;

const layers = [0, 1, 2, 3];
/** Noise, in standard deviations of each weight matrix, that costs tiny-chat a little over twenty points. */
const noiseScale = 0.22;

test.setTimeout(300_000);

let dir: string;
test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'harness-test-'));
});
test.afterAll(() => rm(dir, { recursive: true, force: true }));

async function judge(name: string, model: string, limit: number, extra: readonly string[] = []) {
  const out = join(dir, `run-${name}`);
  const result = await harness([
    'run',
    'quality',
    '--model',
    model,
    '--limit',
    String(limit),
    '--concurrency',
    '16',
    '--out',
    out,
    '--json',
    ...extra,
  ]);
  const verdict = JSON.parse(result.stdout || 'null') as Verdict | null;
  return {
    ...result,
    out,
    verdict,
    failed: (verdict?.gates ?? []).filter(({ outcome }) => outcome === 'fail'),
  };
}

const names = (gates: readonly GateResult[]) => gates.map(({ metric, kind }) => `${metric} ${kind}`);

async function exactMatch(out: string): Promise<number> {
  const { metrics } = JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')) as MetricsFile;
  return metrics.find(({ task, metric }) => task === 'facts' && metric === 'exactMatch')!.value!;
}

test('tiny-chat itself fails no gate, noise that costs it twenty points of accuracy does, and is named', async () => {
  const intact = await judge('intact', tinyChat, all);
  expect(names(intact.failed), intact.stderr).toEqual([]);
  expect(intact.code).toBe(0);

  const model = await writeDamaged(join(dir, 'noisy'), addNoise(noiseScale, 1));
  const noisy = await judge('noisy', model, all);
  const cost = (await exactMatch(intact.out)) - (await exactMatch(noisy.out));
  // the control is worth something only while the damage is what it says
  expect(cost).toBeGreaterThan(0.2);
  expect(cost).toBeLessThan(0.3);
  expect(noisy.code, noisy.stderr).toBe(1);
  expect(names(noisy.failed)).toContain('quality/facts.containsAnswer atLeast');
});

const damaged: { readonly name: string; readonly make: (folder: string) => Promise<string> }[] = [
  { name: 'first layer zeroed', make: (folder) => writeDamaged(folder, zeroLayer(0)) },
  {
    name: 'all layers zeroed',
    make: (folder) =>
      writeDamaged(folder, (weights, spec) => layers.forEach((layer) => zeroLayer(layer)(weights, spec))),
  },
  { name: 'merges of the tokenizer shuffled', make: (folder) => writeWithShuffledMerges(folder, 1) },
  { name: 'never trained', make: (folder) => writeDamaged(folder, untrained(1)) },
];

for (const { name, make } of damaged) {
  test(`${name}: exit code 1, the failing gates named`, async () => {
    const { code, verdict, failed, stderr } = await judge(
      name.replaceAll(' ', '-'),
      await make(join(dir, name)),
      few,
    );
    expect(code, stderr).toBe(1);
    expect(names(failed)).toContain('quality/facts.containsAnswer atLeast');
    expect(verdict!.sentence).toContain(failed[0]!.metric);
  });
}

for (const layer of layers) {
  test(`layer ${layer} zeroed is caught by the likelihood of held-out answers, against the baseline`, async () => {
    const model = await writeDamaged(join(dir, `layer-${layer}`), zeroLayer(layer));
    const { code, failed, stderr } = await judge(`layer-${layer}`, model, some, ['--baseline', tinyChat]);
    expect(code, stderr).toBe(1);
    expect(names(failed)).toContain('quality/heldout.bitsPerByte notWorseThan');
  });
}

test('a missing model: exit code 3, one clear error, no run folder', async () => {
  const { code, stdout, stderr } = await judge('missing', join(dir, 'no-such-model'), few);
  expect(code).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toContain('E_MODEL_NOT_FOUND');
});

const badGates: Record<string, string> = {
  empty: '',
  'no-gates': 'version: 1\ngates: []\n',
  'broken-yaml': 'version: 1\ngates: [{metric: quality/facts.bleu\n',
  'unknown-rule': 'version: 1\ngates:\n  - {metric: quality/facts.bleu, atleast: 10}\n',
};

for (const [name, text] of Object.entries(badGates)) {
  test(`a gates file that is ${name}: exit code 2 before anything is evaluated`, async () => {
    const file = join(dir, `${name}.yaml`);
    await writeFile(file, text);
    const { code, stdout, stderr } = await judge(name, tinyChat, few, ['--gates', file]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('E_GATES_INVALID');
  });
}

test('an empty dataset: exit code 3, named', async () => {
  const datasets = join(dir, 'datasets');
  await mkdir(join(datasets, 'latency'), { recursive: true });
  await writeFile(join(datasets, 'latency/data.jsonl'), '');
  const result = await harness([
    'run',
    'performance',
    '--datasets',
    datasets,
    '--out',
    join(dir, 'run-empty'),
  ]);
  expect(result.code).toBe(3);
  expect(result.stderr).toContain('E_DATASET_EMPTY');
});
