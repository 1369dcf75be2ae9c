/** Every score that a text can be given: one row a score. `harness score`, its --list and the report read it.
 *  Knows what a score is called, means and needs; the arithmetic is in the modules it names. */
import { answerMatchSignature, exactMatch, tokenF1 } from './answer-match.ts';
import { behaviourDefinitions } from './behaviour-definitions.ts';
import {
  bleuCounts,
  bleuFromCounts,
  bleuFromParts,
  bleuParts,
  bleuSignature,
  calculateBleu,
} from './bleu.ts';
import { calculateChrf, chrfCounts, chrfFromCounts, chrfSignature } from './chrf.ts';
import { calculateKeywordCoverage, keywordCoverageSignature } from './keyword-coverage.ts';
import { answerDefinitions, outputDefinitions } from './output-definitions.ts';
import { calculateReadability, readabilitySignature, type ReadabilityName } from './readability.ts';
import {
  detectRefusal,
  refusalCalibration,
  refusalSignature,
  safetyIndicator,
  safetyIndicatorSignature,
} from './refusal.ts';
import { calculateRouge, rougeSignature, rougeTypes, type RougeScore } from './rouge.ts';
import type { ScoreDefinition, ScoredText } from './score-definition.ts';
import { disagreement, secondOpinion, secondOpinionSignature } from './second-opinion.ts';
import { calculateSentiment, sentimentSignature } from './sentiment.ts';
import { signature } from './signature.ts';
import { calculateTer, terCounts, terFromCounts, terSignature } from './ter.ts';
import { textStatistics } from './text-statistics.ts';

const referencesOf = (texts: readonly ScoredText[]) => texts.map((each) => each.references);

const bleu: ScoreDefinition = {
  name: 'bleu',
  title: 'BLEU',
  range: [0, 100],
  better: 'higher',
  needs: ['hypothesis', 'references'],
  citation: 'Papineni et al. 2002; sacrebleu 2.6.0, Post 2018',
  score: ({ hypothesis, references }, options) => calculateBleu(hypothesis, references, options.bleu),
  corpus: {
    counts: (texts, options) =>
      texts.map(({ hypothesis, references }) => bleuParts(bleuCounts(hypothesis, references, options.bleu))),
    value: (sums, options) => bleuFromCounts(bleuFromParts(sums), options.bleu).score,
  },
  signature: (texts, options) => bleuSignature(referencesOf(texts), options.bleu, 'corpus'),
  rowSignature: (texts, options) => bleuSignature(referencesOf(texts), options.bleu, 'sentence'),
};

const chrf: ScoreDefinition = {
  name: 'chrf',
  title: 'chrF, with chrf.wordOrder=2 chrF++',
  range: [0, 100],
  better: 'higher',
  needs: ['hypothesis', 'references'],
  citation: 'Popović 2015, 2017; sacrebleu 2.6.0',
  score: ({ hypothesis, references }, options) => calculateChrf(hypothesis, references, options.chrf),
  corpus: {
    counts: (texts, options) =>
      texts.map(({ hypothesis, references }) => chrfCounts(hypothesis, references, options.chrf)),
    value: (sums, options) => chrfFromCounts(sums, options.chrf),
  },
  signature: (texts, options) => chrfSignature(referencesOf(texts), options.chrf),
};

const ter: ScoreDefinition = {
  name: 'ter',
  title: 'Translation edit rate',
  range: [0, null],
  better: 'lower',
  needs: ['hypothesis', 'references'],
  citation: 'Snover et al. 2006; sacrebleu 2.6.0',
  score: ({ hypothesis, references }, options) => calculateTer(hypothesis, references, options.ter),
  corpus: {
    counts: (texts, options) =>
      texts.map(({ hypothesis, references }) => {
        const counts = terCounts(hypothesis, references, options.ter);
        return [counts.edits, counts.referenceLength];
      }),
    value: ([edits, referenceLength]) => terFromCounts({ edits: edits!, referenceLength: referenceLength! }),
  },
  signature: (texts, options) => terSignature(referencesOf(texts), options.ter),
};

const rougeParts = {
  '': ['f1', 'F1'],
  '.precision': ['precision', 'precision'],
  '.recall': ['recall', 'recall'],
} as const satisfies Record<string, readonly [keyof RougeScore, string]>;

const rouge: readonly ScoreDefinition[] = rougeTypes.flatMap((type) =>
  Object.entries(rougeParts).map(([suffix, [part, title]]): ScoreDefinition => ({
    name: `${type}${suffix}`,
    title: `${type.replace('rouge', 'ROUGE-')}, ${title}`,
    range: [0, 1],
    better: 'higher',
    needs: ['hypothesis', 'references'],
    citation: 'Lin 2004; rouge_score 0.1.2',
    score: ({ hypothesis, references }, options) =>
      calculateRouge(hypothesis, references, { ...options.rouge, types: [type] })[type][part],
    signature: (texts, options) => rougeSignature(type, referencesOf(texts), options.rouge),
  })),
);

const answers: readonly ScoreDefinition[] = [
  {
    name: 'exactMatch',
    title: 'Exact match, normalised',
    range: [0, 1],
    better: 'higher',
    proportion: true,
    needs: ['hypothesis', 'references'],
    citation: 'SQuAD v1.1, Rajpurkar et al. 2016',
    score: ({ hypothesis, references }) => exactMatch(hypothesis, references),
    signature: () => answerMatchSignature('exactMatch'),
  },
  {
    name: 'tokenF1',
    title: 'F1 of shared words, normalised',
    range: [0, 1],
    better: 'higher',
    needs: ['hypothesis', 'references'],
    citation: 'SQuAD v1.1, Rajpurkar et al. 2016',
    score: ({ hypothesis, references }) => tokenF1(hypothesis, references),
    signature: () => answerMatchSignature('tokenF1'),
  },
  {
    name: 'keywordCoverage',
    title: 'Share of the keywords of a line that occur',
    range: [0, 1],
    better: 'higher',
    needs: ['hypothesis', 'keywords'],
    citation: 'plain search, case-insensitive',
    score: ({ hypothesis, keywords }) => calculateKeywordCoverage(hypothesis, keywords),
    signature: keywordCoverageSignature,
  },
];

const readabilityTitles: Record<
  ReadabilityName,
  readonly [title: string, better: 'higher' | 'lower' | 'neither', citation: string]
> = {
  fleschReadingEase: ['Flesch reading ease, 0 hard to 100 easy', 'higher', 'Flesch 1948'],
  fleschKincaidGrade: ['Flesch-Kincaid grade', 'lower', 'Kincaid et al. 1975'],
  gunningFog: ['Gunning fog, years of school', 'lower', 'Gunning 1952'],
  smog: ['SMOG, years of school', 'lower', 'McLaughlin 1969'],
  colemanLiau: ['Coleman-Liau, school grade', 'lower', 'Coleman and Liau 1975'],
  automatedReadability: ['Automated readability index, school grade', 'lower', 'Smith and Senter 1967'],
  daleChall: ['Dale-Chall', 'lower', 'Dale and Chall 1948'],
  linsearWrite: ['Linsear Write, school grade', 'lower', "O'Hayre 1966"],
  lix: ['LIX', 'lower', 'Björnsson 1968'],
  rix: ['RIX, long words a sentence', 'lower', 'Anderson 1983'],
  syllables: ['Syllables', 'neither', 'CMUdict, Liang 1983'],
  sentences: ['Sentences', 'neither', 'textstat'],
};

const NEVER_NEGATIVE: ReadonlySet<string> = new Set([
  'syllables',
  'sentences',
  'rix',
  'lix',
  'smog',
  'gunningFog',
  'daleChall',
]);

const readability: readonly ScoreDefinition[] = (
  Object.entries(readabilityTitles) as [ReadabilityName, (typeof readabilityTitles)[ReadabilityName]][]
).map(([name, [title, better, citation]]): ScoreDefinition => ({
  name,
  title,
  range: [NEVER_NEGATIVE.has(name) ? 0 : null, null],
  better,
  needs: ['hypothesis'],
  citation: citation === 'textstat' ? 'textstat 0.7.11' : `${citation}; textstat 0.7.11`,
  score: ({ hypothesis }, options) => calculateReadability(hypothesis, name, options.readability),
  signature: (_texts, options) => readabilitySignature(name, options.readability),
}));

/** What text-readability says, and how far it is from our number. */
const secondOpinions: readonly ScoreDefinition[] = (
  ['fleschReadingEase', 'fleschKincaidGrade'] as const
).flatMap((name): readonly ScoreDefinition[] => {
  const title = readabilityTitles[name][0].split(',')[0]!;
  const common = { range: [null, null], needs: ['hypothesis'], citation: 'text-readability 1.1.1' } as const;
  return [
    {
      ...common,
      name: `second.${name}`,
      title: `${title}, second opinion`,
      better: readabilityTitles[name][1],
      score: ({ hypothesis }) => secondOpinion(hypothesis, name),
      signature: () => secondOpinionSignature(name),
    },
    {
      ...common,
      name: `second.${name}.gap`,
      title: `${title}, second opinion less ours`,
      better: 'neither',
      score: ({ hypothesis }, options) =>
        disagreement(
          secondOpinion(hypothesis, name),
          calculateReadability(hypothesis, name, options.readability),
        ),
      signature: (_texts, options) =>
        `${secondOpinionSignature(name)} - ${readabilitySignature(name, options.readability)}`,
    },
  ];
});

const texts: readonly ScoreDefinition[] = [
  {
    name: 'words',
    title: 'Words',
    range: [0, null],
    better: 'neither',
    needs: ['hypothesis'],
    citation: 'textstat 0.7.11',
    score: ({ hypothesis }) => textStatistics(hypothesis).words,
    signature: () => `words|${signature({ lang: 'en_US', compat: 'textstat-0.7.11' })}`,
  },
  {
    name: 'refusal',
    title: 'Refuses, in whole or in part',
    range: [0, 1],
    better: 'neither',
    proportion: true,
    needs: ['hypothesis'],
    citation: `after Zou et al. 2023; agrees with people on ${(100 * refusalCalibration.agreement).toFixed(1)}% of XSTest, Röttger et al. 2023`,
    score: ({ hypothesis }) => detectRefusal(hypothesis),
    signature: refusalSignature,
  },
  {
    name: 'safetyIndicator',
    title: 'Contains a word of refusal or warning',
    range: [0, 1],
    better: 'neither',
    proportion: true,
    needs: ['hypothesis'],
    citation: 'plain search for eight words',
    score: ({ hypothesis }) => safetyIndicator(hypothesis),
    signature: safetyIndicatorSignature,
  },
  {
    name: 'sentiment',
    title: 'Sentiment, negative to positive',
    range: [-1, 1],
    better: 'neither',
    needs: ['hypothesis'],
    citation: 'wink-nlp 2.4.0, wink-eng-lite-web-model 1.8.1',
    score: ({ hypothesis }) => calculateSentiment(hypothesis),
    signature: sentimentSignature,
  },
];

/** All scores, in the order in which they are listed. */
export const scoreDefinitions: readonly ScoreDefinition[] = [
  bleu,
  chrf,
  ter,
  ...rouge,
  ...answers,
  ...answerDefinitions,
  ...outputDefinitions,
  ...readability,
  ...secondOpinions,
  ...texts,
  ...behaviourDefinitions,
];
