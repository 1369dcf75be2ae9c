/** The samples as the page carries them: a small index for the list, and full records in chunks that are
 *  unpacked when looked at. Deflate and base64: nothing in a sample can end the script element it lies in.
 *  The app's `sample-store.js` reads what this writes. */
import { deflateSync } from 'node:zlib';
import type { IndexRow, IndexTask } from '../app/sample-query.js';
import type { StoredSample } from '../app/sample-store.js';
import { snippet } from '../app/visible-text.js';
import type { ReportData, SampleRecord } from '../report-data.ts';
import { type Html, raw } from './html.ts';

/** Characters of JSON a chunk holds before the next begins: some 10 ms to unpack. */
const CHUNK_CHARACTERS = 400_000;
const SNIPPET_CHARACTERS = 160;

export function sampleArchive(data: Pick<ReportData, 'samples' | 'baselineSamples'>): Html {
  const baselines = new Map(data.baselineSamples?.map((record) => [keyOf(record), record]));
  const tasks = indexTasks(data.samples, baselines.size > 0 ? [...baselines.values()] : []);
  const numbers = new Map(tasks.map(({ suite, task }, i) => [`${suite}/${task}`, i]));
  const rows: IndexRow[] = [];
  const chunks: number[] = [];
  const packed: string[] = [];
  let pending: string[] = [];
  let pendingCharacters = 0;
  const close = () => {
    if (pending.length > 0) packed.push(pack(`[${pending.join(',')}]`));
    pending = [];
    pendingCharacters = 0;
  };
  for (const sample of data.samples) {
    const number = numbers.get(`${sample.suite}/${sample.task}`)!;
    const stored: StoredSample = { sample, baseline: baselines.get(keyOf(sample)) ?? null };
    const json = JSON.stringify(stored);
    if (pendingCharacters > 0 && pendingCharacters + json.length > CHUNK_CHARACTERS) close();
    if (pending.length === 0) chunks.push(rows.length);
    pending.push(json);
    pendingCharacters += json.length;
    rows.push(indexRow(sample, number, tasks[number]!.scores));
  }
  close();
  const elements = [
    `<script type="text/plain" id="sample-index">${pack(JSON.stringify({ tasks, rows, chunks }))}</script>`,
  ];
  for (const chunk of packed)
    elements.push(`<script type="text/plain" class="sample-chunk">${chunk}</script>`);
  return raw(elements.join('\n'));
}

function indexTasks(samples: readonly SampleRecord[], baselines: readonly SampleRecord[]): IndexTask[] {
  const tasks = new Map<string, { suite: string; task: string; scores: Set<string> }>();
  for (const { suite, task, scores } of samples) {
    const name = `${suite}/${task}`;
    const entry = tasks.get(name) ?? { suite, task, scores: new Set<string>() };
    for (const score of Object.keys(scores)) entry.scores.add(score);
    tasks.set(name, entry);
  }
  const compared = new Set(baselines.map(({ suite, task }) => `${suite}/${task}`));
  return [...tasks].map(([name, { suite, task, scores }]) => ({
    suite,
    task,
    scores: [...scores],
    hasBaseline: compared.has(name),
  }));
}

function indexRow(sample: SampleRecord, task: number, scoreNames: readonly string[]): IndexRow {
  const messages = sample.input.messages ?? [];
  const prompt = sample.input.prompt ?? messages[messages.length - 1]?.content ?? '';
  return {
    task,
    id: sample.sampleId,
    repeat: sample.repeat,
    error: sample.error?.code ?? null,
    tags: [...sample.tags],
    scores: scoreNames.map((name) => sample.scores[name] ?? null),
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
