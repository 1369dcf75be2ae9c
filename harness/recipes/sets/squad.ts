/** SQuAD 1.1: the answer to a question is a span of the paragraph. */
import { mapRows, type FieldReader } from '../../data/field-reader.ts';
import type { Row } from '../../data/rows.ts';
import { HarnessError } from '../../errors.ts';
import { answerMatchSignature, exactMatch, tokenF1 } from '../../metrics/answer-match.ts';
import { isObject } from '../../tasks/json-lines.ts';
import type { Recipe } from '../recipe.ts';
import { generationTask } from '../standard-task.ts';

const FILE = 'dataset/dev-v1.1.json';

function articlesOf(text: string, location: string): readonly Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HarnessError('E_DATA_INVALID', `${location}: not JSON: ${(error as Error).message}`);
  }
  const articles = isObject(value) ? value['data'] : undefined;
  if (!Array.isArray(articles) || !articles.every(isObject)) {
    throw new HarnessError('E_DATA_INVALID', `${location} has no list "data" of articles`);
  }
  return articles.map((fields, i) => ({ place: `article ${i + 1}`, fields }));
}

const samplesOf = (article: FieldReader) =>
  article.each('paragraphs').flatMap((paragraph) => {
    const title = article.text('title');
    return paragraph.each('qas').map((question) => ({
      id: question.text('id'),
      prompt: `Title: ${title.replaceAll('_', ' ')}\n\nBackground: ${paragraph.text('context')}\n\nQuestion: ${question.text('question').trim()}\n\nAnswer:`,
      references: [...new Set(question.each('answers').map((answer) => answer.text('text')))],
      cluster: title,
    }));
  });

export const squad: Recipe = {
  name: 'squad',
  title: 'SQuAD 1.1 (dev)',
  paper: 'Rajpurkar et al. 2016, arXiv:1606.05250',
  licence: 'CC-BY-SA-4.0',
  source: {
    host: 'github',
    repository: 'rajpurkar/SQuAD-explorer',
    revision: 'eee5fdbf62f8613a7812b03419e6b29617b74fd1',
  },
  files: [{ path: FILE, digest: 'git:e9a3f913ad1468ebe105b891334ca7b0bc0e2510' }],
  scoring:
    'Exact match and F1 of words, normalised as the official script does, best of the references. The prompt is that of GPT-3 (Brown et al. 2020) without worked examples; the first line of the answer counts.',
  defaultFewShot: null,
  convert: async (files) =>
    mapRows(files.location(FILE), articlesOf(await files.text(FILE), files.location(FILE)), samplesOf).flat(),
  tasks: (set) => [
    generationTask(set, {
      name: 'squad',
      title: 'SQuAD 1.1',
      description: 'Questions that a paragraph beside them answers in its own words.',
      raw: true,
      sampling: { maxTokens: 48, stop: ['\n'] },
      metrics: [
        {
          metric: 'exactMatch',
          score: 'exactMatch',
          aggregate: 'proportion',
          better: 'higher',
          signature: answerMatchSignature('exactMatch'),
        },
        {
          metric: 'f1',
          score: 'f1',
          aggregate: 'mean',
          better: 'higher',
          range: [0, 1],
          signature: answerMatchSignature('tokenF1'),
        },
      ],
      score: ({ references = [] }, output) => ({
        exactMatch: exactMatch(output, references),
        f1: tokenF1(output, references),
      }),
    }),
  ],
};
