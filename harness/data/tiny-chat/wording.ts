/** Wordings: templates with slots, in which words that carry the meaning are marked `*so*`.
 *  Knows the marks and how a prompt is written out; knows nothing of what is asked. */

/** A list of templates for training and one that training never sees. */
export interface Split {
  readonly train: readonly string[];
  readonly heldOut: readonly string[];
}

/** One kind of fact: how it is asked and answered. `{x}` is what is asked about, `{y}` the answer. */
export interface Relation {
  readonly name: string;
  readonly answer: string;
  /** Direct questions without their question mark. */
  readonly questions: readonly string[];
  /** Noun phrases, for the likes of "tell me …". */
  readonly phrases: readonly string[];
  /** Whole wordings that training never sees. */
  readonly heldOut: readonly string[];
  /** Pairs of x and y. */
  readonly facts: readonly (readonly [x: string, y: string])[];
}

/** The template with its slots filled; every word of a filling is marked, for noise must not touch it. */
export function fill(template: string, slots: Readonly<Record<string, string>>): string {
  return template
    .split(' ')
    .map((word) => {
      const match = /\{(\w+)\}/.exec(word);
      if (!match) return word;
      return word
        .replace(match[0], () => slots[match[1]!]!)
        .split(' ')
        .map((part) => `*${part.replaceAll('*', '')}*`)
        .join(' ');
    })
    .join(' ');
}

/** The wrapper with `{}` replaced by a wording whose marks stay as they are. */
export function wrap(wrapper: string, wording: string): string {
  return wrapper.replace('{}', () => wording);
}

/** The answer as text: slots filled, no marks. */
export function fillPlain(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => slots[name]!);
}

export function withoutMarks(wording: string): string {
  return wording.replaceAll('*', '');
}

/** As a careful person writes it: no marks, "an" before a vowel, sentences and "I" with capitals. */
export function asSentence(wording: string): string {
  return withoutMarks(wording)
    .replaceAll(/\b([Aa]) (?=[aeio])/g, '$1n ')
    .replaceAll(/(^|[.?!] )([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replaceAll(/\bi\b/g, 'I');
}

/** The form in which two prompts count as the same: lower case, words and numbers only. */
export function normalisePrompt(prompt: string): string {
  return prompt
    .toLowerCase()
    .replaceAll(/[’']/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** "South Korea" to "south-korea": readable parts of an id. */
export function slug(text: string): string {
  return normalisePrompt(text).replaceAll(' ', '-');
}
