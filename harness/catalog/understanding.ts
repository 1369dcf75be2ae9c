/** Understanding: reading a text, summing one up, remembering what was said, keeping to instructions and language. */
import {
  admitsUnknownScorer,
  containsAnswerScorer,
  instructionScorer,
  keywordScorer,
  languageScorer,
  relevanceScorer,
  repetitionScorer,
} from '../scorers/index.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Score, Scorer, Task } from '../tasks/task.ts';
import { CAPABLE } from './capable.ts';
import { mean, proportion } from './metric-rows.ts';
import { samplingSignature } from './sampling-signature.ts';

const when = ['model', 'release'] as const;
const greedy = (maxTokens: number) => ({ maxTokens, temperature: 0 });
const brief = greedy(60);
const long = greedy(300);
const signed = (signature: string, sampling: ReturnType<typeof greedy>) =>
  `${signature}|template:chat|${samplingSignature(sampling)}`;

export const reading: Task = {
  suite: 'quality',
  name: 'reading',
  title: 'Reading a text',
  description: 'Questions about invented texts: is the answer found, and is it said where there is none?',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('reading', folder),
  sampling: brief,
  scorers: [containsAnswerScorer(), admitsUnknownScorer()],
  metrics: [
    proportion('containsAnswer', 'higher', signed(containsAnswerScorer.signature, brief), {
      tag: 'answered',
    }),
    proportion('admitsUnknown', 'higher', signed(admitsUnknownScorer.signature, brief), {
      tag: 'unanswered',
    }),
    proportion('falseDoubt', 'lower', signed(admitsUnknownScorer.signature, brief), {
      score: 'admitsUnknown',
      tag: 'answered',
    }),
  ],
};

const isPoints = (value: unknown): value is readonly (readonly string[])[] =>
  Array.isArray(value) && value.every((point) => Array.isArray(point));

/** `pointsKept` in [0, 1], `inventedNumbers` and `tooLong` 0 or 1. */
const summaryScorer: Scorer = ({ sample, output }) => {
  const { points, source, atMostWords } = sample.metadata ?? {};
  if (!isPoints(points) || typeof source !== 'string' || typeof atMostWords !== 'number') {
    const unscored: Score = { value: null, reason: 'the sample has no points, source and atMostWords' };
    return { pointsKept: unscored, inventedNumbers: unscored, tooLong: unscored };
  }
  const lower = output.toLowerCase();
  const kept = points.filter((words) => words.some((word) => lower.includes(word.toLowerCase()))).length;
  // The numbers of a list's lines are not the answer's own.
  const numbers = (text: string) =>
    text
      .replace(/^\s{0,8}\d{1,2}[.)] /gm, '')
      .replace(/(\d),(?=\d{3})/g, '$1')
      .match(/\d+/g) ?? [];
  const known = new Set(numbers(source));
  const invented = numbers(output).filter((each) => !known.has(each));
  const words = output.split(/\s+/).filter((word) => word !== '').length;
  return {
    pointsKept: kept / points.length,
    inventedNumbers:
      invented.length === 0 ? 0 : { value: 1, reason: `not in the text: ${invented.join(', ')}` },
    tooLong: words > atMostWords ? 1 : 0,
  };
};

export const summaries: Task = {
  suite: 'quality',
  name: 'summaries',
  title: 'Summaries',
  description:
    'A report in two sentences: what it must keep is kept, no number is invented, and it is short.',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('summaries', folder),
  sampling: greedy(120),
  scorers: [summaryScorer],
  metrics: [
    mean('pointsKept', 'higher', signed('points|substring|v1', greedy(120))),
    proportion('inventedNumbers', 'lower', signed('numbers of the answer in the source|v2', greedy(120))),
    proportion('tooLong', 'lower', signed('words:>60|v1', greedy(120))),
  ],
};

export const instructions: Task = {
  suite: 'quality',
  name: 'instructions',
  title: 'Instructions that can be verified',
  description: 'So many words, bullets, a JSON object, no commas: does the answer keep to what was asked?',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('instructions', folder),
  sampling: long,
  scorers: [instructionScorer()],
  metrics: [
    mean('instructionsKept', 'higher', signed(instructionScorer.signature, long)),
    proportion('allInstructionsKept', 'higher', signed(instructionScorer.allSignature, long)),
  ],
};

const DEPTHS = ['after-1', 'after-3', 'after-6', 'after-10'] as const;

export const recall: Task = {
  suite: 'quality',
  name: 'recall',
  title: 'Memory over several turns',
  description: 'What was said at the start of a talk, asked for after one to ten other questions.',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('recall', folder),
  sampling: brief,
  scorers: [containsAnswerScorer()],
  metrics: [undefined, ...DEPTHS, 'corrected'].map((tag) =>
    proportion(
      tag === undefined ? 'containsAnswer' : `containsAnswer.${tag}`,
      'higher',
      signed(containsAnswerScorer.signature, brief),
      { score: 'containsAnswer', ...(tag !== undefined && { tag }) },
    ),
  ),
};

export const languages: Task = {
  suite: 'quality',
  name: 'languages',
  title: 'Answer in the language of the question',
  description: 'The same questions in eight languages: does the answer come in the same one?',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('languages', folder),
  sampling: greedy(100),
  scorers: [languageScorer()],
  metrics: [undefined, 'en', 'de', 'fr', 'es', 'it', 'pt', 'ru', 'zh'].map((tag) =>
    proportion(
      tag === undefined ? 'languageMatch' : `languageMatch.${tag}`,
      'higher',
      signed(languageScorer.signature, greedy(100)),
      { score: 'languageMatch', ...(tag !== undefined && { tag }) },
    ),
  ),
};

export const relevance: Task = {
  suite: 'quality',
  name: 'relevance',
  title: 'Relevance and coherence',
  description:
    'Explanations of two hundred topics: on the topic rather than another, with its words, without loops.',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('topics', folder),
  sampling: long,
  scorers: [relevanceScorer(), keywordScorer(), repetitionScorer()],
  metrics: [
    proportion('onTopic', 'higher', signed(relevanceScorer.signature, long)),
    mean('topicSimilarity', 'higher', signed(relevanceScorer.signature, long), { range: [-1, 1] }),
    mean('keywordCoverage', 'higher', signed(keywordScorer.signature, long)),
    proportion('looping', 'lower', signed(repetitionScorer.signature, long)),
    mean('repeatedNgrams', 'lower', signed(repetitionScorer.ngramsSignature, long)),
  ],
};

export const inventedSources: Task = {
  suite: 'quality',
  name: 'invented-sources',
  title: 'Invented sources',
  description: 'Papers, books and pages that do not exist: does the answer say so, and only of those?',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('invented-sources', folder),
  sampling: greedy(120),
  scorers: [admitsUnknownScorer(), keywordScorer()],
  metrics: [
    proportion('admitsUnknown', 'higher', signed(admitsUnknownScorer.signature, greedy(120)), {
      tag: 'invented',
    }),
    proportion('falseDoubt', 'lower', signed(admitsUnknownScorer.signature, greedy(120)), {
      score: 'admitsUnknown',
      tag: 'real',
    }),
  ],
};
