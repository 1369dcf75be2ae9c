/** The samples as the page carries them: an index for list, filters and sort, and full records in chunks that are
 *  unpacked when looked at. Deflate and base64: nothing in a sample can end the script element it lies in.
 *  The app's `sample-store.js` reads what this writes. */
import { deflateSync } from 'node:zlib';
import type { IndexRow, IndexTask, SampleIndex } from '../app/sample-query.js';
import type { StoredSample } from '../app/sample-store.js';
import { snippet } from '../app/visible-text.js';
import type { ReportData, SampleRecord } from '../report-data.ts';
import { runDigest } from '../run-digest.ts';
import { sampleFacts, type SampleFacts } from '../sample-facts.ts';
import { type Html, raw } from './html.ts';

type ArchivedRun = Pick<ReportData, 'run' | 'samples' | 'baselineSamples'>;

/** Characters of JSON a chunk holds before the next begins: some 10 ms to unpack. */
const CHUNK_CHARACTERS = 400_000;
const SNIPPET_CHARACTERS = 160;
/** Packed characters of full records that the page carries at most: what a mail server still takes. */
const CARRIED_CHARACTERS = 16_000_000;

/** @param carried packed characters of records above which the rest stays in samples.jsonl */
export function sampleArchive(data: ArchivedRun, carried: number = CARRIED_CHARACTERS): Html {
  const baselines = new Map(data.baselineSamples?.map((record) => [keyOf(record), record]));
  const baselineOf = (sample: SampleRecord): SampleRecord | null => baselines.get(keyOf(sample)) ?? null;
  const factsOf = sampleFacts(data, baselineOf);
  const facts = data.samples.map(factsOf);
  const tasks = indexTasks(data, baselines);
  const numbers = new Map(tasks.map(({ suite, task }, i) => [`${suite}/${task}`, i]));
  const rows = data.samples.map((sample, i) => {
    const number = numbers.get(`${sample.suite}/${sample.task}`)!;
    return indexRow(sample, baselineOf(sample), facts[i]!, number, tasks[number]!.scores);
  });
  const stored = (row: number): StoredSample => ({
    sample: data.samples[row]!,
    baseline: baselineOf(data.samples[row]!),
  });
  const all = packRecords(
    rows.map((_, row) => row),
    stored,
    carried,
  );
  const { chunks, packed, inside } = all ?? packTelling(facts, stored, carried);
  const index: SampleIndex = { run: indexRun(data), tasks, rows, chunks, inside };
  const elements = [
    `<script type="text/plain" id="sample-index">${pack(JSON.stringify(index))}</script>`,
    ...packed.map((chunk) => `<script type="text/plain" class="sample-chunk">${chunk}</script>`),
  ];
  return raw(elements.join('\n'));
}

interface PackedRecords {
  readonly chunks: number[];
  readonly packed: string[];
  readonly inside: number[] | null;
}

/** Records of these rows in chunks; null where they take more than is carried. */
function packRecords(
  rows: readonly number[],
  stored: (row: number) => StoredSample,
  carried: number,
): PackedRecords | null {
  const chunks: number[] = [];
  const packed: string[] = [];
  let pending: string[] = [];
  let pendingCharacters = 0;
  let size = 0;
  const close = (): void => {
    if (pending.length === 0) return;
    const chunk = pack(`[${pending.join(',')}]`);
    size += chunk.length;
    packed.push(chunk);
    pending = [];
    pendingCharacters = 0;
  };
  for (const [place, row] of rows.entries()) {
    const json = JSON.stringify(stored(row));
    if (pendingCharacters > 0 && pendingCharacters + json.length > CHUNK_CHARACTERS) close();
    if (size > carried) return null;
    if (pending.length === 0) chunks.push(place);
    pending.push(json);
    pendingCharacters += json.length;
  }
  close();
  return size > carried ? null : { chunks, packed, inside: null };
}

/** Of a very large run, the records that a reviewer looks at first: the most regressed, errors and failures, then the
 *  rest in its order, as far as they fit. */
function packTelling(
  facts: readonly SampleFacts[],
  stored: (row: number) => StoredSample,
  carried: number,
): PackedRecords {
  const rank = ({ outcome, change }: SampleFacts): number =>
    change !== null && change < 0 ? change - 1 : outcome === 'error' ? -0.9 : outcome === 'fails' ? -0.5 : 0;
  const order = facts.map((_, row) => row).sort((a, b) => rank(facts[a]!) - rank(facts[b]!) || a - b);
  for (let share = 1 / 2; share > 1e-6; share /= 2) {
    const inside = order.slice(0, Math.floor(order.length * share)).sort((a, b) => a - b);
    const fitting = packRecords(inside, stored, carried);
    if (fitting) return { ...fitting, inside };
  }
  return { chunks: [], packed: [], inside: [] };
}

function indexRun(data: ArchivedRun): SampleIndex['run'] {
  const { id, model, baseline, seed } = data.run;
  return {
    id,
    digest: runDigest(data),
    reference: model.reference,
    name: model.name,
    kind: model.kind,
    device: model.device,
    dtype: model.dtype,
    baseline: baseline?.reference ?? null,
    seed,
  };
}

function indexTasks(
  { run, samples }: ArchivedRun,
  baselines: ReadonlyMap<string, SampleRecord>,
): IndexTask[] {
  const tasks = new Map<string, { suite: string; task: string; scores: Set<string> }>();
  for (const { suite, task, scores } of samples) {
    const name = `${suite}/${task}`;
    const entry = tasks.get(name) ?? { suite, task, scores: new Set<string>() };
    for (const score of Object.keys(scores)) entry.scores.add(score);
    tasks.set(name, entry);
  }
  const compared = new Set([...baselines.values()].map(({ suite, task }) => `${suite}/${task}`));
  return [...tasks].map(([name, { suite, task, scores }]) => {
    const declared = run.tasks.find((each) => each.suite === suite && each.task === task);
    return {
      suite,
      task,
      scores: [...scores],
      better: [...scores].map(
        (score) => declared?.metrics.find((spec) => spec.score === score)?.better ?? 'neither',
      ),
      hasBaseline: compared.has(name),
      sampling: declared?.sampling ?? null,
    };
  });
}

function indexRow(
  sample: SampleRecord,
  baseline: SampleRecord | null,
  { outcome, change, differs }: SampleFacts,
  task: number,
  scoreNames: readonly string[],
): IndexRow {
  const messages = sample.input.messages ?? [];
  const prompt = sample.input.prompt ?? messages[messages.length - 1]?.content ?? '';
  const isPair = baseline !== null && differs !== null;
  return {
    task,
    id: sample.sampleId,
    repeat: sample.repeat,
    error: sample.error?.code ?? null,
    tags: [...sample.tags],
    scores: scoreNames.map((name) => sample.scores[name] ?? null),
    before: isPair ? scoreNames.map((name) => baseline.scores[name] ?? null) : null,
    outcome,
    change,
    differs,
    latency: sample.timing?.latencyMs ?? null,
    ttft: sample.timing?.ttftMs ?? null,
    tokens: sample.usage?.completionTokens ?? null,
    prompt: snippet(prompt, SNIPPET_CHARACTERS),
    output: snippet(sample.output ?? '', SNIPPET_CHARACTERS),
  };
}

function keyOf({ suite, task, sampleId, repeat }: SampleRecord): string {
  return JSON.stringify([suite, task, sampleId, repeat]);
}

function pack(json: string): string {
  return deflateSync(json).toString('base64');
}
