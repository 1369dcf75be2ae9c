/** Our tasks of standard sets beside lm-evaluation-harness on PyTorch, item by item, on the same weights.
 *
 *  npm run check:lm-eval -- --data FOLDER --python PYTHON [--model tiny-chat] [--folder HF_FOLDER] [--limit 200]
 *    [--tasks truthfulqa-mc1,…] [--write]
 *
 *  FOLDER holds the files of truthfulqa, gsm8k and winobias, each in a folder of its name; PYTHON has lm-eval 0.4.13 and
 *  torch. lm-eval reads raw rows and builds its prompts itself. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { openModel } from '../../harness/models/open-model.ts';
import { readRows } from '../../harness/data/rows.ts';
import { fetchSet } from '../../harness/recipes/fetch-set.ts';
import { openSet } from '../../harness/recipes/fetched.ts';
import { recipeNamed } from '../../harness/recipes/index.ts';
import { selectSamples } from '../../harness/runner/select-samples.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import type { Sample, Task, TaskModel } from '../../harness/tasks/task.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    model: { type: 'string', default: 'tiny-chat' },
    folder: { type: 'string', default: join(packageRoot, 'fixtures/models/tiny-chat') },
    limit: { type: 'string', default: '200' },
    tasks: { type: 'string', default: 'truthfulqa-mc1,truthfulqa-mc2,gsm8k,winobias' },
    write: { type: 'boolean', default: false },
  },
});
const { data } = values;
if (data === undefined) throw new Error('--data FOLDER is missing');
const limit = Number(values.limit);
const SETS = ['truthfulqa', 'gsm8k', 'winobias'] as const;
const WORKERS = 4;
/** Sums of some ten log-probabilities in float32, by two runtimes. */
const TOLERANCE = 2e-3;

interface Theirs {
  readonly versions: Readonly<Record<string, string>>;
  readonly tasks: Readonly<Record<string, readonly TheirItem[]>>;
}

interface TheirItem {
  readonly prompt: string;
  readonly score?: number;
  readonly logLikelihoods?: readonly number[];
  readonly strict?: number;
  readonly flexible?: number;
  readonly text?: string;
}

interface Items {
  readonly task: Task;
  readonly samples: readonly Sample[];
  /** As lm-eval gets them. */
  readonly rows: readonly object[];
}

/** The raw row that a sample was made of: ids end in its number. */
function rawOf(sample: Sample, rows: readonly Readonly<Record<string, unknown>>[]) {
  return rows[Number(/\d+$/.exec(sample.id)![0]) - 1]!;
}

function targets(value: unknown) {
  const entries = Object.entries(value as Record<string, number>);
  return { choices: entries.map(([choice]) => choice), labels: entries.map(([, label]) => label) };
}

async function itemsOf(folder: string): Promise<readonly Items[]> {
  const items: Items[] = [];
  for (const name of SETS) {
    const recipe = recipeNamed(name);
    const hosts = { github: '', huggingface: '', token: null };
    const options = { folder, from: join(data!, name), unpinned: false, hosts, report: () => {} };
    await fetchSet(recipe, { ...options, fewShot: recipe.defaultFewShot === null ? null : 0 });
    const set = (await openSet(recipe, folder))!;
    const samples = selectSamples((await set.dataset()).samples, limit, 0);
    const source = join(folder, name, 'source', recipe.files[0]!.path);
    const raw = name === 'winobias' ? [] : (await readRows(source)).map(({ fields }) => fields);
    const rows = samples.map((sample) => {
      if (name === 'winobias') return { before: sample.prompt, ...sample.metadata };
      const row = rawOf(sample, raw);
      if (name === 'gsm8k') return row;
      return {
        question: row['question'],
        mc1_targets: targets(row['mc1_targets']),
        mc2_targets: targets(row['mc2_targets']),
      };
    });
    for (const task of recipe.tasks(set)) items.push({ task, samples, rows });
  }
  const wanted = values.tasks.split(',');
  return items.filter(({ task }) => wanted.includes(task.name));
}

interface OurItem {
  readonly scores: Readonly<Record<string, unknown>>;
  readonly output: string;
  readonly error: string | null;
}

async function ours({ task, samples }: Items, model: TaskModel): Promise<readonly OurItem[]> {
  const results: OurItem[] = [];
  let next = 0;
  const worker = async () => {
    while (next < samples.length) {
      const index = next++;
      try {
        const { scores, output } = await task.run!(samples[index]!, model, 0);
        results[index] = { scores, output, error: null };
      } catch (error) {
        results[index] = {
          scores: {},
          output: '',
          error: String((error as { code?: unknown }).code ?? error),
        };
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return results;
}

const SCORES: Readonly<
  Record<string, readonly (readonly [ours: string, theirs: 'score' | 'strict' | 'flexible'])[]>
> = {
  'truthfulqa-mc1': [['acc', 'score']],
  'truthfulqa-mc2': [['mc2', 'score']],
  gsm8k: [
    ['strict', 'strict'],
    ['flexible', 'flexible'],
  ],
  winobias: [['prefersStereotype', 'score']],
};

interface Row {
  readonly name: string;
  readonly n: number;
  readonly mine: number;
  readonly theirs: number;
  readonly prompts: number;
  readonly equal: number;
  readonly largest: number;
  readonly differing: readonly string[];
}

function compare(items: Items, mine: readonly OurItem[], theirs: readonly TheirItem[]): Row[] {
  return SCORES[items.task.name]!.map(([ourScore, theirScore]) => {
    const pairs = mine.map((item, i) => ({
      id: items.samples[i]!.id,
      item,
      other: theirs[i]!,
      left: item.error === null ? (item.scores[ourScore] as number) : null,
      right: theirs[i]![theirScore]!,
    }));
    const scored = pairs.filter(({ left }) => left !== null);
    const size = (left: number | null, right: number) => Math.abs(left! - right);
    const mean = (read: (pair: (typeof pairs)[number]) => number) =>
      scored.reduce((sum, pair) => sum + read(pair), 0) / scored.length;
    return {
      name: `${items.task.name}${ourScore === 'strict' || ourScore === 'flexible' ? ` ${ourScore}` : ''}`,
      n: scored.length,
      mine: mean(({ left }) => left!),
      theirs: mean(({ right }) => right),
      prompts: pairs.filter(({ other }, i) => other.prompt === items.samples[i]!.prompt).length,
      equal: scored.filter(({ left, right }) => size(left, right) <= TOLERANCE).length,
      largest: Math.max(0, ...scored.map(({ left, right }) => size(left, right))),
      differing: pairs
        .filter(({ left, right }) => left === null || size(left, right) > TOLERANCE)
        .map(({ id, item, other, left, right }) => {
          const theirLogs = other.logLikelihoods;
          const close = theirLogs
            ? `; lm-eval's log-likelihoods ${theirLogs.map((x) => x.toFixed(4)).join(', ')}`
            : '';
          const texts =
            other.text === undefined || left === null
              ? ''
              : `; texts ${item.output === other.text ? 'equal' : 'differ'}`;
          return `${items.task.name} ${id}: ${item.error ?? left} here, ${right} there${close}${texts}`;
        }),
    };
  });
}

const folder = await mkdtemp(join(tmpdir(), 'lm-eval-'));
try {
  const items = await itemsOf(folder);
  const questions = join(folder, 'items');
  await mkdir(questions);
  for (const { task, rows } of items) {
    await writeFile(
      join(questions, `${task.name}.jsonl`),
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
  }
  const model = await openModel(values.model);
  const taskModel: TaskModel = {
    generate: (request) => model.generate(request),
    logLikelihood: (request) => model.logLikelihood(request),
    url: '',
    reference: values.model,
    processId: null,
  };
  const mine = new Map<string, readonly OurItem[]>();
  for (const item of items) {
    mine.set(item.task.name, await ours(item, taskModel));
    process.stderr.write(`ours: ${item.task.name}\n`);
  }
  await model.close();
  const script = join(packageRoot, 'suites/checks/lm-eval.py');
  const { stdout } = await promisify(execFile)(values.python, [script, values.folder, questions], {
    maxBuffer: 1 << 28,
  });
  const theirs = JSON.parse(stdout.trim().split('\n').at(-1)!) as Theirs;
  const rows = items.flatMap((item) =>
    compare(item, mine.get(item.task.name)!, theirs.tasks[item.task.name]!),
  );
  const texts = items
    .filter(({ task }) => task.name === 'gsm8k')
    .map(
      ({ task }) =>
        mine.get(task.name)!.filter((item, i) => item.output === theirs.tasks[task.name]![i]!.text).length,
    );
  await report(rows, theirs, texts[0] ?? null);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function report(rows: readonly Row[], { versions }: Theirs, sameTexts: number | null): Promise<void> {
  const differing = rows.flatMap((row) => row.differing);
  const text = [
    `## ${basename(values.model)}, ${limit} items a task`,
    '',
    `lm-eval ${versions['lm_eval']}, torch ${versions['torch']}, transformers ${versions['transformers']}, float32 on both sides.`,
    '',
    '| task | items | here | lm-eval | equal prompts | equal scores | largest difference |',
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...rows.map(
      (row) =>
        `| ${row.name} | ${row.n} | ${row.mine.toFixed(4)} | ${row.theirs.toFixed(4)} | ${row.prompts} | ${row.equal} | ${row.largest.toExponential(1)} |`,
    ),
    '',
    ...(sameTexts === null
      ? []
      : [`Generated texts equal, letter by letter: ${sameTexts} of ${rows[0]!.n === 0 ? 0 : limit}.`, '']),
    differing.length === 0 ? 'No item differs.' : 'Items that differ:',
    ...differing.map((line) => `- ${line}`),
    '',
  ].join('\n');
  process.stdout.write(`${text}\n`);
  if (values.write) await writeSection(text);
  if (differing.length > 0) process.exitCode = 1;
}

/** One section a model: that of this model is replaced. */
async function writeSection(text: string): Promise<void> {
  const path = join(packageRoot, 'harness/recipes/LM-EVAL.md');
  const [head, ...sections] = (await readFile(path, 'utf8')).split(/^(?=## )/m);
  const title = text.slice(0, text.indexOf(','));
  const others = sections.filter((section) => !section.startsWith(title));
  await writeFile(
    path,
    [head!.trimEnd(), '', ...[...others, text].map((each) => `${each.trim()}\n`)].join('\n'),
  );
}
