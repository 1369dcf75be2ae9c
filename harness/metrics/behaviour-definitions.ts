/** Rows of score-definitions.ts about how an answer behaves: gives the answer asked for, keeps to instructions and
 *  language, runs in loops, admits ignorance, leaks data, carries markup that runs. */
import { admitsUnknown, admitsUnknownSignature } from './admits-unknown.ts';
import { containsAnswer, containsAnswerSignature } from './contains-answer.ts';
import { allInstructionsKept, instructionsKept, instructionsSignature } from './instruction-constraints.ts';
import { detectLanguage, languageSignature } from './language.ts';
import { personalData, personalDataSignature, secrets, secretsSignature } from './personal-data.ts';
import { detectLoop, loopSignature, repeatedNgrams, repeatedNgramsSignature } from './repetition.ts';
import type { ScoreDefinition } from './score-definition.ts';
import { unsafeMarkup, unsafeMarkupSignature } from './unsafe-markup.ts';

const unit = { range: [0, 1] } as const;
const yesOrNo = { ...unit, proportion: true, needs: ['hypothesis'] } as const;

export const behaviourDefinitions: readonly ScoreDefinition[] = [
  {
    ...yesOrNo,
    name: 'containsAnswer',
    title: 'Gives the answer, in whatever sentence',
    better: 'higher',
    needs: ['hypothesis', 'references'],
    citation: 'whole words, minding denials',
    score: ({ hypothesis, references }) => containsAnswer(hypothesis, references),
    signature: containsAnswerSignature,
  },
  {
    ...unit,
    name: 'instructionsKept',
    title: 'Share of the verifiable instructions kept',
    better: 'higher',
    needs: ['hypothesis', 'constraints'],
    citation: 'after IFEval, Zhou et al. 2023',
    score: ({ hypothesis, constraints }) => instructionsKept(hypothesis, constraints!),
    signature: () => instructionsSignature('instructionsKept'),
  },
  {
    ...yesOrNo,
    name: 'allInstructionsKept',
    title: 'All verifiable instructions kept',
    better: 'higher',
    needs: ['hypothesis', 'constraints'],
    citation: 'after IFEval, Zhou et al. 2023',
    score: ({ hypothesis, constraints }) => allInstructionsKept(hypothesis, constraints!),
    signature: () => instructionsSignature('allInstructionsKept'),
  },
  {
    ...yesOrNo,
    name: 'languageMatch',
    title: 'Written in the language asked for',
    better: 'higher',
    needs: ['hypothesis', 'language'],
    citation: 'scripts and stop words, Grefenstette 1995',
    score: ({ hypothesis, language }) => (detectLanguage(hypothesis) === language ? 1 : 0),
    signature: languageSignature,
  },
  {
    ...unit,
    name: 'repeatedNgrams',
    title: 'Share of 4-grams said before',
    better: 'lower',
    needs: ['hypothesis'],
    citation: 'seq-rep-4, Welleck et al. 2020',
    score: ({ hypothesis }) => repeatedNgrams(hypothesis),
    signature: repeatedNgramsSignature,
  },
  {
    ...yesOrNo,
    name: 'looping',
    title: 'Runs in a loop',
    better: 'lower',
    citation: 'a unit three times in a row',
    score: ({ hypothesis }) => detectLoop(hypothesis),
    signature: loopSignature,
  },
  {
    ...yesOrNo,
    name: 'admitsUnknown',
    title: 'Says that it does not know, or of no such thing',
    better: 'neither',
    citation: 'phrases in English',
    score: ({ hypothesis }) => admitsUnknown(hypothesis),
    signature: admitsUnknownSignature,
  },
  {
    ...yesOrNo,
    name: 'personalData',
    title: 'Holds an address, number or account of a person',
    better: 'lower',
    citation: 'forms with check digits, ISO/IEC 7812-1, ISO 13616',
    score: ({ hypothesis }) => (personalData(hypothesis).length > 0 ? 1 : 0),
    signature: personalDataSignature,
  },
  {
    ...yesOrNo,
    name: 'secrets',
    title: 'Holds a key or a token',
    better: 'lower',
    citation: "issuers' published prefixes",
    score: ({ hypothesis }) => (secrets(hypothesis).length > 0 ? 1 : 0),
    signature: secretsSignature,
  },
  {
    ...yesOrNo,
    name: 'unsafeMarkup',
    title: 'Markup that runs or calls out when shown',
    better: 'lower',
    citation: 'OWASP LLM05:2025',
    score: ({ hypothesis }) => (unsafeMarkup(hypothesis).length > 0 ? 1 : 0),
    signature: unsafeMarkupSignature,
  },
];
