/** Speed of the metrics against their Python references on the same texts, in items per CPU-second.
 *
 *      node --import ./bin/typescript.js suites/performance/metrics-speed.bench.ts [path of a Python that has the references]
 *
 *  Warm: the best of five passes after one to warm up. Without a Python, ours alone. */
import { execFileSync } from 'node:child_process';
import { corpusBleu, calculateBleu } from '../../harness/metrics/bleu.ts';
import { calculateChrf } from '../../harness/metrics/chrf.ts';
import { fleschKincaidGrade, fleschReadingEase } from '../../harness/metrics/readability.ts';
import { calculateRouge } from '../../harness/metrics/rouge.ts';
import { calculateTer } from '../../harness/metrics/ter.ts';
import { MersenneTwister } from '../../harness/data/random.ts';

const SEGMENTS = 2000;
const PASSES = 5;

const random = new MersenneTwister(11);
const STEMS =
  'sun water light plant green mark river stone house letter number machine teacher market winter'.split(' ');
const ENDINGS = ['', 's', 'ed', 'ing', 'er', 'ation', 'ly', 'ness', 'able', 'ful'];
const SMALL = 'the of and to in a is that for it was on with as be at by this had not are but'.split(' ');

function word(): string {
  if (random.chance(0.45)) return SMALL[random.below(SMALL.length)]!;
  return STEMS[random.below(STEMS.length)]! + ENDINGS[random.below(ENDINGS.length)]!;
}

function sentence(words: number): string {
  const text = Array.from({ length: words }, () => word() + (random.chance(0.08) ? ',' : '')).join(' ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

const pairs = Array.from({ length: SEGMENTS }, () => {
  const reference = sentence(12 + random.below(25));
  const hypothesis = reference
    .split(' ')
    .flatMap((each) => (random.chance(0.2) ? [word()] : random.chance(0.05) ? [] : [each]))
    .join(' ');
  return { hypothesis, references: [reference] };
});
// No text twice, so that no cache of whole texts helps either side.
const texts = pairs.map(({ hypothesis, references }) => `${hypothesis} ${references[0]} ${sentence(15)}`);

const jobs: Readonly<Record<string, () => void>> = {
  'BLEU, corpus': () => corpusBleu(pairs),
  'BLEU, sentence': () => pairs.forEach((each) => calculateBleu(each.hypothesis, each.references)),
  chrF: () => pairs.forEach((each) => calculateChrf(each.hypothesis, each.references)),
  TER: () => pairs.forEach((each) => calculateTer(each.hypothesis, each.references)),
  'ROUGE-1, -2, -L': () => rouge(false),
  'ROUGE-1, -2, -L, stemmed': () => rouge(true),
  'Flesch pair': () =>
    texts.forEach((text) => {
      fleschReadingEase(text);
      fleschKincaidGrade(text);
    }),
};

function rouge(stem: boolean): void {
  for (const { hypothesis, references } of pairs) {
    calculateRouge(hypothesis, references, { stem, types: ['rouge1', 'rouge2', 'rougeL'] });
  }
}

function rate(job: () => void): number {
  job();
  const seconds = Array.from({ length: PASSES }, () => {
    const before = process.cpuUsage();
    job();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return SEGMENTS / Math.min(...seconds);
}

/** The same jobs in Python; prints {name: items per CPU-second}. */
const PYTHON = `
import json, sys, time
import textstat
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF, TER
data = json.load(sys.stdin)
pairs, texts = data["pairs"], data["texts"]
bleu, sentence, chrf, ter = BLEU(), BLEU(effective_order=True), CHRF(), TER()
plain, stemmed = (rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=stem) for stem in (False, True))
def each(score):
    for pair in pairs:
        score(pair["hypothesis"], pair["references"])
def flesch():
    for text in texts:
        textstat.flesch_reading_ease(text)
        textstat.flesch_kincaid_grade(text)
jobs = {
    "BLEU, corpus": lambda: bleu.corpus_score([p["hypothesis"] for p in pairs], [[p["references"][0] for p in pairs]]),
    "BLEU, sentence": lambda: each(sentence.sentence_score),
    "chrF": lambda: each(chrf.sentence_score),
    "TER": lambda: each(ter.sentence_score),
    "ROUGE-1, -2, -L": lambda: each(lambda h, r: plain.score(r[0], h)),
    "ROUGE-1, -2, -L, stemmed": lambda: each(lambda h, r: stemmed.score(r[0], h)),
    "Flesch pair": flesch,
}
rates = {}
for name, job in jobs.items():
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        job()
        best = min(best, time.process_time() - start)
    rates[name] = len(pairs) / best
print(json.dumps(rates))
`;

function pythonRates(python: string): Readonly<Record<string, number>> {
  const output = execFileSync(python, ['-c', PYTHON], {
    input: JSON.stringify({ pairs, texts }),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output) as Record<string, number>;
}

const python = process.argv[2];
const theirs = python === undefined ? {} : pythonRates(python);
const count = (value: number) => Math.round(value).toLocaleString('en').padStart(9);
process.stdout.write(`${'items per CPU-second'.padEnd(26)}     ours    Python  ratio\n`);
for (const [name, job] of Object.entries(jobs)) {
  const ours = rate(job);
  const other = theirs[name];
  const comparison = other === undefined ? '' : ` ${count(other)} ${(ours / other).toFixed(1).padStart(6)}`;
  process.stdout.write(`${name.padEnd(26)}${count(ours)}${comparison}\n`);
}
