/** One job of metrics-speed.ts, on our side: `metrics-speed-worker.ts JOB FILE [BATCHES]`. The same as
 *  metrics-speed-worker.py, line by line, so that the two may be compared. Each job
 *  imports only what it needs.
 *  Prints {seconds, checksum}: without BATCHES of the whole process, start and import included, else one of each batch
 *  but the first two, which only warm up. */
import { readFileSync } from 'node:fs';
import type { ReadabilityName } from '../../harness/metrics/readability.ts';

export interface Segment {
  readonly hypothesis: string;
  readonly reference: string;
  /** For readability. */
  readonly text: string;
}

const TYPES = ['rouge1', 'rouge2', 'rougeL'] as const;
const TWELVE: readonly ReadabilityName[] = [
  'fleschReadingEase',
  'fleschKincaidGrade',
  'gunningFog',
  'smog',
  'colemanLiau',
  'automatedReadability',
  'daleChall',
  'linsearWrite',
  'lix',
  'rix',
  'syllables',
  'sentences',
];

const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);

const each = (score: (hypothesis: string, reference: string) => number) => (segments: readonly Segment[]) =>
  sum(segments.map(({ hypothesis, reference }) => score(hypothesis, reference)));

type Job = (segments: readonly Segment[]) => number;

async function bleuCorpus(): Promise<Job> {
  const { corpusBleu } = await import('../../harness/metrics/bleu.ts');
  return (segments) =>
    corpusBleu(segments.map(({ hypothesis, reference }) => ({ hypothesis, references: reference }))).score;
}

async function bleuSentence(): Promise<Job> {
  const { calculateBleu } = await import('../../harness/metrics/bleu.ts');
  return each(calculateBleu);
}

async function chrf(wordOrder: number): Promise<Job> {
  const { calculateChrf } = await import('../../harness/metrics/chrf.ts');
  return each((hypothesis, reference) => calculateChrf(hypothesis, reference, { wordOrder }));
}

async function ter(): Promise<Job> {
  const { calculateTer } = await import('../../harness/metrics/ter.ts');
  return each(calculateTer);
}

async function rouge(stem: boolean): Promise<Job> {
  const { calculateRouge } = await import('../../harness/metrics/rouge.ts');
  return each((hypothesis, reference) => {
    const { rouge1, rouge2, rougeL } = calculateRouge(hypothesis, reference, { stem, types: TYPES });
    return rouge1.f1 + rouge2.f1 + rougeL.f1;
  });
}

async function readability(names: readonly ReadabilityName[]): Promise<Job> {
  const { calculateReadability } = await import('../../harness/metrics/readability.ts');
  return (segments) =>
    sum(segments.map(({ text }) => sum(names.map((name) => Number(calculateReadability(text, name))))));
}

const jobs: Readonly<Record<string, () => Promise<Job>>> = {
  'bleu-corpus': bleuCorpus,
  'bleu-sentence': bleuSentence,
  chrf: () => chrf(0),
  'chrf++': () => chrf(2),
  ter,
  rouge: () => rouge(false),
  'rouge-stem': () => rouge(true),
  flesch: () => readability(TWELVE.slice(0, 2)),
  readability: () => readability(TWELVE),
};

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const [name, file, batches = '0'] = process.argv.slice(2);
const job = await jobs[name!]!();
const segments = readFileSync(file!, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Segment);

const seconds: number[] = [];
let checksum = 0;
if (Number(batches) === 0) {
  checksum = job(segments);
  seconds.push(cpuSeconds());
} else {
  const size = segments.length / Number(batches);
  for (let batch = 0; batch < Number(batches); batch++) {
    const part = segments.slice(batch * size, (batch + 1) * size);
    const before = cpuSeconds();
    checksum += job(part);
    if (batch > 1) seconds.push(cpuSeconds() - before);
  }
}
process.stdout.write(JSON.stringify({ seconds, checksum }));
