/** A closer look at a data file than its averages: spread of lengths, uniqueness, vocabulary, language. */
import { detectLanguage } from '../metrics/language.ts';
import { wordsOf } from './overlap.ts';

export interface LengthSpread {
  readonly least: number;
  readonly median: number;
  /** 95 of 100 are no longer. */
  readonly p95: number;
  readonly most: number;
}

export interface TextProfile {
  /** Words. */
  readonly length: LengthSpread;
  /** Share of distinct texts, in (0, 1]. */
  readonly unique: number;
  /** Distinct words, whatever their case. */
  readonly vocabulary: number;
  /** Languages by number of texts, the most first; texts too short to tell are `unknown`. */
  readonly languages: readonly { readonly language: string; readonly texts: number }[];
}

/** Null of no texts. */
export function profileOf(texts: readonly string[]): TextProfile | null {
  if (texts.length === 0) return null;
  const words = texts.map(wordsOf);
  const lengths = words.map((each) => each.length).toSorted((a, b) => a - b);
  const at = (share: number) => lengths[Math.min(lengths.length - 1, Math.ceil(share * lengths.length) - 1)]!;
  const languages = new Map<string, number>();
  for (const text of texts) {
    const language = detectLanguage(text) ?? 'unknown';
    languages.set(language, (languages.get(language) ?? 0) + 1);
  }
  return {
    length: { least: lengths[0]!, median: at(0.5), p95: at(0.95), most: lengths.at(-1)! },
    unique: new Set(texts).size / texts.length,
    vocabulary: new Set(words.flat()).size,
    languages: [...languages]
      .map(([language, count]) => ({ language, texts: count }))
      .toSorted((a, b) => b.texts - a.texts),
  };
}
