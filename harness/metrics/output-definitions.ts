/** Rows of score-definitions.ts about what a text holds (numbers, JSON, abuse) and what is known of it beside
 *  its words: probabilities, stated confidence, attempts. */
import {
  binEdges,
  binOf,
  calibrationSignature,
  expectedCalibrationError,
  reliabilityBins,
  squaredError,
} from './calibration.ts';
import { editSimilarity, editSimilaritySignature } from './edit-similarity.ts';
import { jsonValid, jsonValidSignature } from './json-output.ts';
import { jsonSchemaMatch, jsonSchemaSignature } from './json-schema.ts';
import { undefinedBecause } from './metric-value.ts';
import { numericMatch, numericMatchSignature } from './numeric-match.ts';
import { passAtK, passAtKSignature } from './pass-at-k.ts';
import { bitsPerByte, perplexity, perplexitySignature, surprisalOf } from './perplexity.ts';
import type { AdditiveScore, ScoredText, ScoreDefinition } from './score-definition.ts';
import { detectToxicity, toxicitySignature } from './toxicity.ts';

export const answerDefinitions: readonly ScoreDefinition[] = [
  {
    name: 'editSimilarity',
    title: 'Edit similarity, 1 − Levenshtein / longer',
    range: [0, 1],
    better: 'higher',
    needs: ['hypothesis', 'references'],
    citation: 'Levenshtein 1966; Hyyrö 2003; rapidfuzz 3.14.6',
    score: ({ hypothesis, references }) => editSimilarity(hypothesis, references),
    signature: editSimilaritySignature,
  },
  {
    name: 'numericMatch',
    title: "Number of the answer is the reference's",
    range: [0, 1],
    better: 'higher',
    proportion: true,
    needs: ['hypothesis', 'references'],
    citation: 'Cobbe et al. 2021 (GSM8K); math.isclose',
    score: ({ hypothesis, references }, { numeric }) => numericMatch(hypothesis, references, numeric),
    signature: (_, { numeric }) => numericMatchSignature(numeric),
  },
  {
    name: 'jsonValid',
    title: 'Is JSON',
    range: [0, 1],
    better: 'higher',
    proportion: true,
    needs: ['hypothesis'],
    citation: 'RFC 8259',
    score: ({ hypothesis }, { json }) => jsonValid(hypothesis, json),
    signature: (_, { json }) => jsonValidSignature(json),
  },
  {
    name: 'jsonSchema',
    title: 'Is JSON that the schema takes',
    range: [0, 1],
    better: 'higher',
    proportion: true,
    needs: ['hypothesis', 'schema'],
    citation: 'JSON Schema 2020-12, 2019-09, draft-07; ajv 8.20.0',
    score: ({ hypothesis, schema }, { json }) => jsonSchemaMatch(hypothesis, schema, json),
    signature: (_, { json }) => jsonSchemaSignature(json),
  },
  {
    name: 'passAtK',
    title: 'pass@k, one of k attempts passes',
    range: [0, 1],
    better: 'higher',
    needs: ['samples', 'passed'],
    citation: 'Chen et al. 2021',
    score: (text, { passAtK: options }) => passAtK(attemptsOf(text), options?.k ?? 1),
    signature: (_, { passAtK: options }) => passAtKSignature(options?.k ?? 1),
  },
];

function attemptsOf({ samples, passed }: ScoredText): { samples: number; passed: number } {
  return { samples: samples!, passed: passed! };
}

const surprisal = ({ logprobs, hypothesis }: ScoredText) => surprisalOf(logprobs!, hypothesis);

const probabilityDefinitions: readonly ScoreDefinition[] = [
  {
    name: 'perplexity',
    title: 'Perplexity of a token',
    range: [1, null],
    better: 'lower',
    needs: ['logprobs'],
    citation: 'Jelinek et al. 1977; torchmetrics 1.9.0',
    score: (text) => perplexity(surprisal(text)),
    corpus: {
      counts: (texts) =>
        texts.map((text) => {
          const { nats, tokens } = surprisal(text);
          return [nats, tokens];
        }),
      value: ([nats, tokens]) => Math.exp(nats! / tokens!),
    },
    signature: () => perplexitySignature('perplexity'),
  },
  {
    name: 'bitsPerByte',
    title: 'Bits the model needs for a byte of text',
    range: [0, null],
    better: 'lower',
    needs: ['hypothesis', 'logprobs'],
    citation: 'Gao et al. 2020',
    score: (text) => bitsPerByte(surprisal(text)),
    corpus: {
      counts: (texts) =>
        texts.map((text) => {
          const { nats, bytes } = surprisal(text);
          return [nats, bytes];
        }),
      value: ([nats, bytes]) => nats! / Math.LN2 / bytes!,
    },
    signature: () => perplexitySignature('bitsPerByte'),
  },
];

const outcomeOf = ({ correct }: ScoredText): 0 | 1 => (correct === true ? 1 : 0);

/** Texts, confidence and right answers of each bin. The edges are those of the whole sample: a resample of it is
 *  binned alike. */
const calibrationCorpus: AdditiveScore = {
  counts: (texts, { ece }) => {
    const edges = binEdges(
      texts.map(({ confidence }) => confidence!),
      ece,
    );
    return texts.map((text) => {
      const counts = Array.from({ length: 1 + 2 * (edges.length - 1) }, () => 0);
      const bin = binOf(text.confidence!, edges);
      counts[0] = 1;
      counts[1 + 2 * bin] = text.confidence!;
      counts[2 + 2 * bin] = outcomeOf(text);
      return counts;
    });
  },
  // n_b / n · |right / n_b − confidence / n_b|: the bin's own count cancels.
  value: ([n, ...bins]) => {
    let gaps = 0;
    for (let at = 0; at < bins.length; at += 2) gaps += Math.abs(bins[at]! - bins[at + 1]!);
    return gaps / n!;
  },
  byChance: (texts, { ece }, uniforms) => {
    const confidences = texts.map(({ confidence }) => confidence!);
    const outcomes = confidences.map((confidence, at) => (uniforms[at]! < confidence ? 1 : 0));
    return expectedCalibrationError(confidences, outcomes, ece);
  },
};

const calibrationDefinitions: readonly ScoreDefinition[] = [
  {
    name: 'ece',
    title: 'Expected calibration error',
    range: [0, 1],
    better: 'lower',
    needs: ['confidence', 'correct'],
    citation: 'Naeini et al. 2015; Guo et al. 2017; Nixon et al. 2019',
    score: () => undefinedBecause('calibration is of a corpus'),
    corpusOnly: true,
    corpus: calibrationCorpus,
    details: (texts, { ece }) => ({
      bins: reliabilityBins(
        texts.map(({ confidence }) => confidence!),
        texts.map(outcomeOf),
        ece,
      ),
    }),
    signature: (_, { ece }) => calibrationSignature('ece', ece),
  },
  {
    name: 'brier',
    title: 'Brier score of stated confidence',
    range: [0, 1],
    better: 'lower',
    needs: ['confidence', 'correct'],
    citation: 'Brier 1950; scikit-learn 1.9.1',
    score: (text) => squaredError(text.confidence!, outcomeOf(text)),
    signature: () => calibrationSignature('brier'),
  },
];

const toxicity: ScoreDefinition = {
  name: 'toxicity',
  title: 'Holds a slur, obscenity or abuse (lexicon)',
  range: [0, 1],
  better: 'lower',
  proportion: true,
  needs: ['hypothesis'],
  citation: 'own English lexicon: a floor, no classifier',
  score: ({ hypothesis }) => detectToxicity(hypothesis),
  signature: toxicitySignature,
};

export const outputDefinitions: readonly ScoreDefinition[] = [
  ...probabilityDefinitions,
  ...calibrationDefinitions,
  toxicity,
];
