/** TER, translation edit rate (Snover et al. 2006), to the last digit as sacrebleu 2.6.0. Lower is better.
 *  Edits and reference lengths add up over segments and a score is made of the sum. Knows nothing of files. */
import { accumulated, sumAccumulator, type Accumulator, type Segment } from './accumulator.ts';
import type { MetricValue } from './metric-value.ts';
import { splitWhitespace, trimEnd } from './python-text.ts';
import { referenceList, type References } from './references.ts';
import { referenceCount, signature } from './signature.ts';
import { translationEdits } from './ter-edits.ts';
import { tokenNumbers } from './token-numbers.ts';

export interface TerOptions {
  /** Separates punctuation, reads XML's escapes. */
  readonly normalized?: boolean;
  /** Removes punctuation. */
  readonly noPunct?: boolean;
  /** Extends both to Asian characters. */
  readonly asianSupport?: boolean;
  /** Default false: texts are compared in lower case. */
  readonly caseSensitive?: boolean;
}

export interface TerCounts {
  /** To the nearest reference. */
  readonly edits: number;
  /** Mean over the references. */
  readonly referenceLength: number;
}

const ASIAN_PUNCTUATION = /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb]/g;
const FULL_WIDTH_PUNCTUATION = /[\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;

function normalizeWestern(text: string): string {
  return ` ${text
    .replaceAll('\n-', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')} `
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replaceAll("'s ", " 's ")
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

/** Characters apart. The reference's rules for kana never apply: their patterns start with `^`, and the text by now
 *  with a space. */
function normalizeAsian(text: string): string {
  return text
    .replace(/[\u4e00-\u9fff\u3400-\u4dbf]/g, ' $& ')
    .replace(/[\u31c0-\u31ef\u2e80-\u2eff]/g, ' $& ')
    .replace(/[\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f]/g, ' $& ')
    .replace(/[\u3200-\u3f22]/g, ' $& ')
    .replace(ASIAN_PUNCTUATION, ' $& ')
    .replace(FULL_WIDTH_PUNCTUATION, ' $& ');
}

function words(text: string, options: TerOptions): string[] {
  let result = trimEnd(text);
  if (!options.caseSensitive) result = result.toLowerCase();
  if (options.normalized) {
    result = normalizeWestern(result);
    if (options.asianSupport) result = normalizeAsian(result);
  }
  if (options.noPunct) {
    result = result.replace(/[.,?:;!"()]/g, '');
    if (options.asianSupport) {
      result = result.replace(ASIAN_PUNCTUATION, '').replace(FULL_WIDTH_PUNCTUATION, '');
    }
  }
  return splitWhitespace(result);
}

/** sacrebleu takes a reference through its tokenizer twice: where the first pass leaves something to the second (`it's`
 *  before a tab), hypothesis and reference are split in different ways. Kept, because the scores of others contain it. */
function referenceWords(text: string, options: TerOptions): string[] {
  const once = words(text, options);
  return options.normalized ? words(once.join(' '), options) : once;
}

/** Counts of one segment. @throws E_INPUT_INVALID without a reference */
export function terCounts(hypothesis: string, references: References, options: TerOptions = {}): TerCounts {
  const numbers = tokenNumbers();
  const text = Int32Array.from(numbers.ofAll(words(hypothesis, options)));
  const others = referenceList(references).map((each) =>
    Int32Array.from(numbers.ofAll(referenceWords(each, options))),
  );
  return {
    edits: Math.min(...others.map((each) => translationEdits(text, each))),
    referenceLength: others.reduce((sum, each) => sum + each.length, 0) / others.length,
  };
}

/** The score that counts make: 0 for no edit, unbounded above; 100 for words against an empty reference. */
export function terFromCounts({ edits, referenceLength }: TerCounts): number {
  if (referenceLength > 0) return 100 * (edits / referenceLength);
  return edits > 0 ? 100 : 0;
}

/** TER of one sentence, >= 0, 100 for as many edits as reference words; lower is better.
 *  @throws E_INPUT_INVALID without a reference */
export function calculateTer(hypothesis: string, references: References, options: TerOptions = {}): number {
  return terFromCounts(terCounts(hypothesis, references, options));
}

/** TER of a corpus, >= 0, lower is better, text by text in constant memory: from summed counts, not a mean of sentence
 *  scores. Adding throws E_INPUT_INVALID for a text without a reference. */
export function corpusTerAccumulator(options: TerOptions = {}): Accumulator<Segment> {
  return sumAccumulator(
    ({ hypothesis, references }: Segment) => {
      const { edits, referenceLength } = terCounts(hypothesis, references, options);
      return [edits, referenceLength];
    },
    ([edits, referenceLength]) => terFromCounts({ edits: edits!, referenceLength: referenceLength! }),
  );
}

/** TER of a corpus, >= 0, lower is better: the batch form of corpusTerAccumulator; null without a segment.
 *  @throws E_INPUT_INVALID when a segment has no reference */
export function corpusTer(segments: Iterable<Segment>, options: TerOptions = {}): MetricValue {
  return accumulated(corpusTerAccumulator(options), segments);
}

/** As sacrebleu prints it, then ours:
 *  `nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0|harness:2`.
 *  @param references of every segment; only their number counts */
export function terSignature(references: readonly (readonly string[])[], options: TerOptions = {}): string {
  return signature({
    nrefs: referenceCount(references),
    case: options.caseSensitive ? 'mixed' : 'lc',
    tok: 'tercom',
    norm: options.normalized ? 'yes' : 'no',
    punct: options.noPunct ? 'no' : 'yes',
    asian: options.asianSupport ? 'yes' : 'no',
    version: '2.6.0',
  });
}
