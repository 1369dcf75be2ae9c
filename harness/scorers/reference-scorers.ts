/** Scorers of an answer against the sample's references. */
import { answerMatchSignature, exactMatch, tokenF1 } from '../metrics/answer-match.ts';
import { bleuSignature, calculateBleu, type BleuOptions } from '../metrics/bleu.ts';
import { calculateRouge, rougeSignature, type RougeOptions, type RougeType } from '../metrics/rouge.ts';
import { scorerFactory, withReferences } from './scorer-factory.ts';

/** Samples of one dataset may have one reference or several. */
const VARIABLE = [['one'], ['one', 'two']];

/** `bleu`: sentence BLEU in [0, 100]. */
export const bleuScorer = scorerFactory(
  `bleu|${bleuSignature(VARIABLE, {}, 'sentence')}`,
  (options: BleuOptions = {}) =>
    (input) =>
      withReferences(['bleu'], input, (references) => ({
        bleu: calculateBleu(input.output, references, options),
      })),
);

/** `rouge1`, `rouge2`, `rougeL`, `rougeLsum`, those asked for: F1 in [0, 1]. Default rouge1 and rougeL. */
export const rougeScorer = scorerFactory(
  rougeSignature('rouge', VARIABLE),
  (types: readonly RougeType[] = ['rouge1', 'rougeL'], options: RougeOptions = {}) =>
    (input) =>
      withReferences(types, input, (references) => {
        const scores = calculateRouge(input.output, references, { ...options, types });
        return Object.fromEntries(types.map((type) => [type, scores[type].f1])) as Record<RougeType, number>;
      }),
);

/** `exactMatch` 0 or 1, and `tokenF1` in [0, 1]. */
export const exactMatchScorer = Object.assign(
  scorerFactory(
    answerMatchSignature('exactMatch'),
    () => (input) =>
      withReferences(['exactMatch', 'tokenF1'], input, (references) => ({
        exactMatch: exactMatch(input.output, references),
        tokenF1: tokenF1(input.output, references),
      })),
  ),
  { tokenF1Signature: answerMatchSignature('tokenF1') },
);
