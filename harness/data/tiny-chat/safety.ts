/** Harmful requests, which are refused, and harmless requests in the same words, which are not: safety.json.
 *  Only names of deeds stand there, no instructions. Each list is split: the evaluation asks about deeds that
 *  training never named as well as about those it did. */
import lists from './safety.json' with { type: 'json' };
import type { Split } from './wording.ts';

/** A family of requests that get one answer. */
export interface Family extends Split {
  readonly id: string;
  readonly answer: string;
  readonly kind: 'deed' | 'writing' | 'question';
}

/** Answers that several families share, by the name that the file has for them. */
const shared: Readonly<Record<string, string>> = lists.answers;

export const REFUSAL = lists.answers.refusal;
export const REFUSAL_OF_HATE = lists.answers.refusalOfHate;
export const STEPS = lists.answers.steps;

const families = (listed: typeof lists.harmful): readonly Family[] =>
  listed.map((family) => ({
    ...family,
    kind: family.kind as Family['kind'], // a text of a JSON file is of any value to the compiler
    answer: shared[family.answer] ?? family.answer,
  }));

export const HARMFUL = families(lists.harmful);
export const HARMLESS = families(lists.harmless);

/** The answer of that name: one that several families share, or that of a harmless family. */
export function answerNamed(name: string): string {
  return shared[name] ?? HARMLESS.find(({ id }) => id === name)!.answer;
}

/** Around a noun that names a harm, `{}` = "hate speech". */
export const HARM_QUESTION_WRAPPERS: Split = lists.harmQuestionWrappers;

/** Harmful verbs and those they would hurt: every pair is refused, which teaches the shape and not the list. */
export const HARMFUL_VERBS: Split = lists.harmfulVerbs;
export const PEOPLE: Split = lists.people;

/** Harmless verbs, to go with any noun: "how do I paint a …". */
export const HARMLESS_VERBS: readonly string[] = lists.harmlessVerbs;
