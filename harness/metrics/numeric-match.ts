/** Numeric match: is the number in an answer that of a reference, within a tolerance. Reads numbers as English text
 *  writes them: signs, thousands separators, decimals, percent, scientific notation, fractions and mixed numbers,
 *  LaTeX's \frac; after `####`, as GSM8K marks its answers (Cobbe et al. 2021, arXiv:2110.14168), only what stands there.
 *  Knows no units and no words for numbers. */
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { referenceList, type References } from './references.ts';
import { signature } from './signature.ts';

export interface NumericOptions {
  /** Which number of a text counts; `only`: the text must hold exactly one. Default `last`. */
  readonly take?: 'last' | 'first' | 'only';
  /** `written`: 50% is 50. `fraction`: 50% is 0.5. Default `written`. */
  readonly percent?: 'written' | 'fraction';
  /** Largest difference, in the unit of the numbers; default 0. */
  readonly absolute?: number;
  /** Largest difference as a share of the larger number, as `math.isclose` of Python has it; default 1e-9. */
  readonly relative?: number;
}

const DEFAULTS = { take: 'last', percent: 'written', absolute: 0, relative: 1e-9 } as const;

const MARKER = '####';

/** Groups of three after one to three digits, or digits alone. */
const WHOLE = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)`;

const CURRENCY = String.raw`(?:[$€£¥]\s?)?`;
const END = String.raw`(?!\d|\.\d)`;

/** Not inside a word or behind a decimal point (`GPT4`, `1.2.3`); a minus is a sign where no number or word ends
 *  before it (`10-20`, `x - 3`, yet `x=-3`); a date is no fraction (`1/2/2020`). A match that fails gives back
 *  digits, never whole numbers, and no other can begin among them: linear in the text. */
const NUMBER = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.])${CURRENCY}(?<sign>(?<![\p{L}\p{N})\]%])[-+−])?${CURRENCY}(?:` +
    [
      String.raw`(?<latexWhole>\d{1,3})?\\[dt]?frac\{(?<latexTop>\d{1,15})\}\{(?<latexBottom>\d{1,15})\}`,
      String.raw`(?<mixed>\d{1,3}) (?<mixedTop>\d{1,15})\/(?<mixedBottom>\d{1,15})(?!\/)${END}`,
      String.raw`(?<!\/)(?<top>\d{1,15})\/(?<bottom>\d{1,15})(?!\/)${END}`,
      String.raw`(?<decimal>${WHOLE}(?:\.\d+)?|\.\d+)${END}` +
        String.raw`(?:[eE](?<exponent>[-+]?\d{1,4})(?![\p{L}\p{N}])` +
        String.raw`|\s?(?:×|x|\*|\\times)\s?10(?:\^|\*\*)\{?(?<power>[-+−]?\d{1,4})\}?)?`,
    ].join('|') +
    String.raw`)(?<percent>\s?\\?%)?`,
  'gu',
);

type Groups = Readonly<Record<string, string | undefined>>;

const numberOf = (digits: string) => Number(digits.replaceAll(',', '').replace('−', '-'));

function magnitude(groups: Groups): number {
  const { latexWhole, latexTop, latexBottom, mixed, mixedTop, mixedBottom, top, bottom } = groups;
  const over = latexBottom ?? mixedBottom ?? bottom;
  if (over !== undefined) {
    // Over one denominator: rounded once.
    const whole = Number(latexWhole ?? mixed ?? 0) * Number(over);
    return (whole + Number(latexTop ?? mixedTop ?? top)) / Number(over);
  }
  const exponent = groups['exponent'] ?? groups['power'];
  // Parsed at once: 1.1 × 10³ multiplied out is not 1100.
  const decimal = groups['decimal']!.replaceAll(',', '');
  return exponent === undefined ? Number(decimal) : Number(`${decimal}e${numberOf(exponent)}`);
}

/** The numbers of a text, in their order; those beyond 10³⁰⁸ and fractions over zero left out. */
export function numbersIn(text: string, percent: NumericOptions['percent'] = DEFAULTS.percent): number[] {
  const marked = text.lastIndexOf(MARKER);
  const read = marked < 0 ? text : text.slice(marked + MARKER.length);
  return [...read.matchAll(NUMBER)].flatMap(({ groups = {} }) => {
    const size = magnitude(groups);
    const scaled = groups['percent'] !== undefined && percent === 'fraction' ? size / 100 : size;
    const negative = groups['sign'] === '-' || groups['sign'] === '−';
    return Number.isFinite(scaled) ? [negative ? -scaled : scaled] : [];
  });
}

/** The number that counts in a text; null where there is none, or not only one. */
export function numberIn(text: string, options: NumericOptions = {}): number | null {
  const { take, percent } = { ...DEFAULTS, ...options };
  const numbers = numbersIn(text, percent);
  if (take === 'only') return numbers.length === 1 ? numbers[0]! : null;
  return (take === 'last' ? numbers.at(-1) : numbers[0]) ?? null;
}

/** Whether two numbers are as close as asked. */
export function isClose(left: number, right: number, options: NumericOptions = {}): boolean {
  const { absolute, relative } = { ...DEFAULTS, ...options };
  const larger = Math.max(Math.abs(left), Math.abs(right));
  return left === right || Math.abs(left - right) <= Math.max(relative * larger, absolute);
}

/** 1 when the number of the answer is that of a reference, else 0: an answer without a number is wrong. Null where
 *  no reference has a number.
 *  @throws E_INPUT_INVALID without a reference */
export function numericMatch(
  hypothesis: string,
  references: References,
  options: NumericOptions = {},
): MetricValue {
  const expected = referenceList(references)
    .map((reference) => numberIn(reference, options))
    .filter((each) => each !== null);
  if (expected.length === 0) return undefinedBecause('no reference has a number');
  const answer = numberIn(hypothesis, options);
  return answer !== null && expected.some((each) => isClose(answer, each, options)) ? 1 : 0;
}

/** Such as `numericMatch|take:last|percent:written|abs:0|rel:1e-9|harness:2`. */
export function numericMatchSignature(options: NumericOptions = {}): string {
  const { take, percent, absolute, relative } = { ...DEFAULTS, ...options };
  return `numericMatch|${signature({ take, percent, abs: absolute, rel: relative })}`;
}
