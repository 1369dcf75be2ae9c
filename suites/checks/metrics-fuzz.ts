/** The metrics against their Python references on random and hostile texts, beyond the golden tables.
 *
 *      npm run check:metric-fuzz -- path/to/python [cases [seed]]
 *
 *  The Python needs sacrebleu 2.6.0, rouge_score 0.1.2, textstat 0.7.11, transformers, rapidfuzz and NLTK's cmudict. Prints the
 *  largest difference of each metric and the first texts on which the two disagree; ends with 1 where they do. */
import { MersenneTwister } from '../../harness/data/random.ts';
import { exactMatch, tokenF1 } from '../../harness/metrics/answer-match.ts';
import {
  bleuSmoothing,
  calculateBleu,
  corpusBleu,
  type BleuOptions,
  type BleuSmoothing,
} from '../../harness/metrics/bleu.ts';
import { bleuTokenizers, type BleuTokenizer } from '../../harness/metrics/bleu-tokenizers.ts';
import { calculateChrf, corpusChrf, type ChrfOptions } from '../../harness/metrics/chrf.ts';
import { editSimilarity } from '../../harness/metrics/edit-similarity.ts';
import type { MetricValue } from '../../harness/metrics/metric-value.ts';
import { calculateReadability, readabilityNames } from '../../harness/metrics/readability.ts';
import { calculateRouge, rougeTypes } from '../../harness/metrics/rouge.ts';
import { calculateTer, corpusTer, type TerOptions } from '../../harness/metrics/ter.ts';
import { textStatistics } from '../../harness/metrics/text-statistics.ts';
import { fuzzAgainstPeer, type FuzzCase } from './fuzz-peer.ts';
import { fuzzTexts } from './fuzz-texts.ts';

const [python, count = '20000', seed = '20261123'] = process.argv.slice(2);
if (python === undefined)
  throw new Error('Usage: npm run check:metric-fuzz -- path/to/python [cases [seed]]');

const random = new MersenneTwister(Number(seed));
const { pick, text, near } = fuzzTexts(random);
const EXACT = 1e-9;
const READABLE = 1e-6;

const numberOf = (value: MetricValue): number | null => (typeof value === 'number' ? value : null);

/** A text and one to three others that are near it, or not; seldom very many. */
function segment(most: number, references = random.chance(0.002) ? 2000 : 1 + random.below(3)) {
  const first = text(most);
  const others = Array.from({ length: references }, () => (random.chance(0.7) ? near(first) : text(most)));
  return { hypothesis: random.chance(0.9) ? near(first) : text(most), references: others };
}

interface Segmented {
  readonly corpus: boolean;
  readonly segments: readonly (readonly [string, readonly string[]])[];
}

/** One segment, or a corpus of some with as many references each, as the reference takes them. */
function segmented(most: number): Segmented {
  const corpus = random.chance(0.15);
  const references = 1 + random.below(3);
  const segments = corpus
    ? Array.from({ length: 1 + random.below(20) }, () => segment(most, references))
    : [segment(most)];
  return { corpus, segments: segments.map((each) => [each.hypothesis, each.references]) };
}

const flags = <Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.filter(() => random.chance(0.35)).map((name) => [name, true])) as {
    [name in Name]?: true;
  };

function bleuCase(): FuzzCase {
  const smooth = pick(Object.keys(bleuSmoothing) as BleuSmoothing[]);
  const options: BleuOptions = {
    tokenize: pick(Object.keys(bleuTokenizers) as BleuTokenizer[]),
    smooth,
    ...(bleuSmoothing[smooth] !== null &&
      random.chance(0.5) && { smoothValue: pick([0, 1e-3, 0.5, 2, 100]) }),
    ...(random.chance(0.5) && { effectiveOrder: random.chance(0.5) }),
    ...flags('lowercase'),
    ...(random.chance(0.3) && { maxOrder: 1 + random.below(8) }),
  };
  const input = segmented(20);
  return scored(
    `BLEU, ${options.tokenize}`,
    input,
    options,
    calculateBleu,
    (all) => corpusBleu(all, options).score,
  );
}

function chrfCase(): FuzzCase {
  const options: ChrfOptions = {
    ...flags('lowercase', 'whitespace', 'epsSmoothing'),
    ...(random.chance(0.5) && { wordOrder: random.below(4) }),
    ...(random.chance(0.3) && { charOrder: 1 + random.below(10) }),
    ...(random.chance(0.3) && { beta: pick([1, 3]) }),
  };
  const kind = options.epsSmoothing ? 'chrF, smoothed' : 'chrF';
  return scored(kind, segmented(20), options, calculateChrf, (all) => numberOf(corpusChrf(all, options)));
}

function terCase(): FuzzCase {
  const options: TerOptions = flags('normalized', 'noPunct', 'asianSupport', 'caseSensitive');
  return scored('TER', segmented(30), options, calculateTer, (all) => numberOf(corpusTer(all, options)));
}

function scored<Options extends object>(
  kind: string,
  input: Segmented,
  options: Options,
  ofOne: (hypothesis: string, references: readonly string[], options: Options) => number,
  ofAll: (all: readonly { hypothesis: string; references: readonly string[] }[]) => number | null,
): FuzzCase {
  const all = input.segments.map(([hypothesis, references]) => ({ hypothesis, references }));
  const { hypothesis, references } = all[0]!;
  return {
    kind,
    input: { ...input, options },
    tolerance: EXACT,
    ours: () => ({ score: input.corpus ? ofAll(all) : ofOne(hypothesis, references, options) }),
  };
}

function rougeCase(): FuzzCase {
  const input = segment(40);
  const options = { stem: random.chance(0.5) };
  return {
    kind: options.stem ? 'ROUGE, stemmed' : 'ROUGE',
    input: { ...input, options },
    tolerance: EXACT,
    ours: () => {
      const scores = calculateRouge(input.hypothesis, input.references, options);
      return Object.fromEntries(
        rougeTypes.flatMap((type) => [
          [`${type}.precision`, scores[type].precision],
          [`${type}.recall`, scores[type].recall],
          [type, scores[type].f1],
        ]),
      );
    },
  };
}

function answerCase(): FuzzCase {
  const input = segment(6);
  return {
    kind: 'SQuAD',
    input,
    tolerance: EXACT,
    ours: () => ({
      exactMatch: exactMatch(input.hypothesis, input.references),
      tokenF1: tokenF1(input.hypothesis, input.references),
    }),
  };
}

function editCase(): FuzzCase {
  const input = segment(30);
  return {
    kind: 'edit similarity',
    input,
    tolerance: EXACT,
    ours: () => ({ similarity: numberOf(editSimilarity(input.hypothesis, input.references)) }),
  };
}

/** Where a text has no words textstat says 0 and we say nothing: that is left out. So are Unicode's ligatures: see
 *  syllables.ts. */
function readabilityCase(): FuzzCase {
  const parts = Array.from({ length: 1 + random.below(4) }, () => text(60).replaceAll(/[ﬀ-ﬆ]/g, ''));
  const hypothesis = parts.join(pick([' ', '\n', '. ']));
  return {
    kind: 'readability',
    input: { hypothesis },
    tolerance: READABLE,
    ours: () => ({
      words: textStatistics(hypothesis).words,
      ...Object.fromEntries(
        readabilityNames
          .map((name) => [name, numberOf(calculateReadability(hypothesis, name))] as const)
          .filter(([, value]) => value !== null),
      ),
    }),
  };
}

/** Of a hundred. */
const MIX: readonly (readonly [share: number, make: () => FuzzCase])[] = [
  [30, bleuCase],
  [16, chrfCase],
  [10, terCase],
  [18, rougeCase],
  [12, answerCase],
  [6, editCase],
  [8, readabilityCase],
];

const cases = MIX.flatMap(([share, make]) =>
  Array.from({ length: Math.ceil((Number(count) * share) / 100) }, make),
);
await fuzzAgainstPeer(cases, python, 'metrics-fuzz.py');
