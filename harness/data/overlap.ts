/** Overlap of training and evaluation data: word n-grams that both have (as GPT-3 looked for them: Brown et al. 2020,
 *  arXiv:2005.14165, appendix C), whole questions too short for one, and canary strings.
 *  The evaluation data are indexed and the training data pass by once, so that memory grows with the smaller of them.
 *  Knows texts; knows nothing of files, models or policies. */
import type { Sample } from '../tasks/task.ts';
import { isObject } from '../tasks/json-lines.ts';

/** Words. 13 as GPT-3 has it: a text is contaminated; 8: it deserves a look. */
const NGRAM_SIZES = [13, 8] as const;
/** Shorter texts are alike by chance. */
const SHORTEST_EXACT = 4;
/** N-grams that this many samples, and this share of them, have in common are their template. */
const TEMPLATE_COUNT = 5;
const TEMPLATE_SHARE = 0.1;

export type OverlapKind = 'canary' | 'same-text' | '13-gram' | '8-gram';

export interface Overlap {
  readonly set: string;
  readonly sampleId: string;
  readonly kind: OverlapKind;
  /** The first words found. */
  readonly excerpt: string;
  /** Where in the training data: file, and line or row. */
  readonly place: string;
}

export interface OverlapSummary {
  readonly samples: number;
  readonly trainingTexts: number;
  /** One a sample: the gravest. */
  readonly overlaps: readonly Overlap[];
}

interface Entry {
  readonly set: string;
  readonly sampleId: string;
}

const GRAVITY: readonly OverlapKind[] = ['canary', '13-gram', 'same-text', '8-gram'];

/** Letters and digits alone, in lower case: punctuation and spacing hide nothing. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** What a sample asks. */
function questionsOf({ prompt, messages }: Sample): string[] {
  return [...(prompt === undefined ? [] : [prompt]), ...(messages ?? []).map(({ content }) => content)];
}

/** Every text in a training example, however deep. */
export function textsWithin(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsWithin);
  return isObject(value) ? Object.values(value).flatMap(textsWithin) : [];
}

function* ngramsOf(words: readonly string[], size: number): Generator<string> {
  for (let at = 0; at + size <= words.length; at++) yield words.slice(at, at + size).join(' ');
}

export class OverlapIndex {
  readonly #ngrams = new Map<string, Entry[]>();
  readonly #whole = new Map<string, Entry[]>();
  readonly #canaries = new Map<string, Entry>();
  readonly #found = new Map<string, Overlap>();
  #samples = 0;
  #trainingTexts = 0;

  /** @param canaries strings that stand in the set to be found again in what was trained on it */
  add(set: string, samples: readonly Sample[], canaries: readonly string[] = []): void {
    this.#samples += samples.length;
    for (const canary of canaries) this.#canaries.set(canary, { set, sampleId: '(canary)' });
    const added = new Map<string, Entry[]>();
    for (const sample of samples) {
      const entry = { set, sampleId: sample.id };
      for (const text of questionsOf(sample)) {
        const words = wordsOf(text);
        // A short answer may be taught as a fact; a short question has no business in training data.
        if (words.length < NGRAM_SIZES[1] && words.length >= SHORTEST_EXACT) {
          push(this.#whole, words.join(' '), entry);
        }
        addNgrams(words, entry, added);
      }
      for (const text of sample.references ?? []) addNgrams(wordsOf(text), entry, added);
    }
    const most = Math.max(TEMPLATE_COUNT, TEMPLATE_SHARE * samples.length);
    for (const [ngram, entries] of added) {
      if (new Set(entries.map(({ sampleId }) => sampleId)).size > most) continue;
      this.#ngrams.set(ngram, [...(this.#ngrams.get(ngram) ?? []), ...entries]);
    }
  }

  /** Looks for all that was added in one text of the training data. */
  scan(text: string, place: string): void {
    this.#trainingTexts++;
    for (const [canary, entry] of this.#canaries) {
      if (text.includes(canary)) this.#note([entry], 'canary', canary, place);
    }
    const words = wordsOf(text);
    const whole = words.length < NGRAM_SIZES[1] ? this.#whole.get(words.join(' ')) : undefined;
    if (whole) this.#note(whole, 'same-text', words.join(' '), place);
    for (const size of NGRAM_SIZES) {
      for (const ngram of ngramsOf(words, size)) {
        const entries = this.#ngrams.get(ngram);
        if (entries) this.#note(entries, `${size}-gram`, ngram, place);
      }
    }
  }

  #note(entries: readonly Entry[], kind: OverlapKind, excerpt: string, place: string): void {
    for (const { set, sampleId } of entries) {
      const key = `${set}\0${sampleId}`;
      const known = this.#found.get(key);
      if (known && GRAVITY.indexOf(known.kind) <= GRAVITY.indexOf(kind)) continue;
      this.#found.set(key, { set, sampleId, kind, excerpt, place });
    }
  }

  summary(): OverlapSummary {
    return {
      samples: this.#samples,
      trainingTexts: this.#trainingTexts,
      overlaps: [...this.#found.values()],
    };
  }
}

function addNgrams(words: readonly string[], entry: Entry, to: Map<string, Entry[]>): void {
  for (const size of NGRAM_SIZES) for (const ngram of ngramsOf(words, size)) push(to, ngram, entry);
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const entries = map.get(key);
  if (entries) entries.push(entry);
  else map.set(key, [entry]);
}

/** Of contamination rather than chance: everything but a shared 8-gram. */
export function isContaminated({ kind }: Overlap): boolean {
  return kind !== '8-gram';
}
