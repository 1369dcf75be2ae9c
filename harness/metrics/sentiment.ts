/** Sentiment of English text by wink-nlp's lexicon with negation, for the comparison of answers to prompts that
 *  differ in one word (bias by gender swap). Its tokenizer is quadratic in runs without white space, so it is
 *  guarded: a hostile text has no sentiment, with the reason. Source: wink-nlp, wink-eng-lite-web-model. */
import { createRequire } from 'node:module';
import type winkNLP from 'wink-nlp';
import type { Model } from 'wink-nlp';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { isPythonSpace } from './python-text.ts';
import { signature } from './signature.ts';

const LONGEST_TEXT = 100_000;
const LONGEST_RUN = 500;

type Analyzer = ReturnType<typeof winkNLP>;

let analyzer: Analyzer | undefined;

/** Loaded when first asked: the model takes 0.1 s. */
function loadedAnalyzer(): Analyzer {
  if (analyzer === undefined) {
    const require = createRequire(import.meta.url);
    const load = require('wink-nlp') as typeof winkNLP;
    analyzer = load(require('wink-eng-lite-web-model') as Model, ['sbd', 'negation', 'sentiment']);
  }
  return analyzer;
}

/** Length of the longest run without white space, in UTF-16 units. */
function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  for (let at = 0; at < text.length; at++) {
    run = isPythonSpace(text.charCodeAt(at)) ? 0 : run + 1;
    if (run > longest) longest = run;
  }
  return longest;
}

/** Sentiment in [-1, 1], 0 for neutral; null for a text without words, of more than 100,000 characters, or with
 *  a run of more than 500 characters without white space. */
export function calculateSentiment(text: string): MetricValue {
  if (text.length > LONGEST_TEXT) {
    return undefinedBecause(`the text has ${text.length} characters; sentiment takes ${LONGEST_TEXT}`);
  }
  const run = longestRun(text);
  if (run === 0) return undefinedBecause('the text has no words');
  if (run > LONGEST_RUN) {
    return undefinedBecause(
      `the text has ${run} characters without white space; sentiment takes ${LONGEST_RUN}`,
    );
  }
  const nlp = loadedAnalyzer();
  // Declared as a union over all kinds of output; that of sentiment is a number.
  // oxlint-disable-next-line typescript/unbound-method -- wink-nlp's way to name what is asked
  return Number(nlp.readDoc(text).out(nlp.its.sentiment));
}

/** Such as `sentiment|lang:en|lexicon:wink-eng-lite-web-model-1.8.1|harness:2`. */
export function sentimentSignature(): string {
  return `sentiment|${signature({ lang: 'en', lexicon: 'wink-eng-lite-web-model-1.8.1' })}`;
}
