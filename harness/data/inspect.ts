/** What a valid training file may still suffer from: duplicates, broken encoding, lengths, one-sidedness, and samples that
 *  another file holds too. Warnings, each with its line: whether they matter is for the author.
 *  Knows lines that `validateLine` found no fault in. */
import { countWords } from './lines.ts';
import type { DataType } from './validate.ts';

export interface DataWarning {
  /** From 1; null where the file as a whole is meant. */
  readonly line: number | null;
  readonly kind: 'duplicate' | 'encoding' | 'length' | 'balance' | 'leakage';
  readonly message: string;
}

export interface InspectOptions {
  /** Words of a field above which it is called long; default 1000. */
  readonly mostWords?: number;
  /** Texts of another file, and its name: what stands in both is a leak. */
  readonly against?: { readonly name: string; readonly texts: ReadonlySet<string> };
}

interface Entry {
  readonly line: number;
  readonly sample: Readonly<Record<string, string>>;
}

const MOST_WORDS = 1_000;
/** Below, shares say nothing. */
const FEWEST_FOR_SHARES = 20;
const ONE_SIDED = 0.5;
const ALWAYS_LONGER = 0.9;

/** What goes in, of each type. */
const INPUTS: Record<DataType, readonly string[]> = {
  chat: ['input'],
  instruction: ['instruction', 'input'],
  dpo: ['prompt'],
};
const OUTPUT: Record<DataType, string> = { chat: 'output', instruction: 'output', dpo: 'chosen' };

/** UTF-8 that was read as Windows-1252 and written again, and what a decoder leaves of bytes it cannot read. */
const BROKEN: readonly (readonly [form: RegExp, what: string])[] = [
  [/\uFFFD/, 'a replacement character: bytes were lost in decoding'],
  [/Ã[\u0080-\u00BF]|â€[\u0090-\u00FF™œ]|Â[\u00A0-\u00BF]/, 'text decoded as Windows-1252 that was UTF-8'],
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  [/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/, 'a control character'],
  [/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/, 'half of a surrogate pair'],
];

/** What a sample asks, as one text: equal where two samples ask the same. */
export function inputText(sample: Readonly<Record<string, string>>, type: DataType): string {
  return INPUTS[type].map((name) => (sample[name] ?? '').trim()).join('\n');
}

/** @param entries valid samples alone */
export function inspectSamples(
  entries: readonly Entry[],
  type: DataType,
  options: InspectOptions = {},
): DataWarning[] {
  return [
    ...duplicates(entries),
    ...entries.flatMap((entry) => [...encoding(entry), ...lengths(entry, options.mostWords ?? MOST_WORDS)]),
    ...leaks(entries, type, options),
    ...(entries.length < FEWEST_FOR_SHARES ? [] : balance(entries, type)),
  ].toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
}

function duplicates(entries: readonly Entry[]): DataWarning[] {
  const first = new Map<string, number>();
  return entries.flatMap(({ line, sample }): DataWarning[] => {
    const key = JSON.stringify(Object.entries(sample).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, line);
      return [];
    }
    return [{ line, kind: 'duplicate', message: `Line ${line} is line ${earlier} again` }];
  });
}

function encoding({ line, sample }: Entry): DataWarning[] {
  return Object.entries(sample).flatMap(([field, text]) =>
    BROKEN.filter(([form]) => form.test(text)).map(([, what]): DataWarning => ({
      line,
      kind: 'encoding',
      message: `Field '${field}' in line ${line} has ${what}`,
    })),
  );
}

function lengths({ line, sample }: Entry, mostWords: number): DataWarning[] {
  return Object.entries(sample).flatMap(([field, text]): DataWarning[] => {
    const words = countWords(text);
    if (words <= mostWords) return [];
    return [
      {
        line,
        kind: 'length',
        message: `Field '${field}' in line ${line} has ${words} words, over ${mostWords}`,
      },
    ];
  });
}

function leaks(entries: readonly Entry[], type: DataType, { against }: InspectOptions): DataWarning[] {
  if (!against) return [];
  return entries
    .filter(({ sample }) => against.texts.has(inputText(sample, type)))
    .map(({ line }) => ({
      line,
      kind: 'leakage',
      message: `Line ${line} asks what ${against.name} asks`,
    }));
}

function balance(entries: readonly Entry[], type: DataType): DataWarning[] {
  const warnings: DataWarning[] = [];
  const counts = new Map<string, number>();
  for (const { sample } of entries) {
    const output = sample[OUTPUT[type]] ?? '';
    counts.set(output, (counts.get(output) ?? 0) + 1);
  }
  const [most = '', count = 0] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  if (count / entries.length > ONE_SIDED) {
    const shown = JSON.stringify(most.length > 40 ? `${most.slice(0, 40)}…` : most);
    warnings.push({
      line: null,
      kind: 'balance',
      message: `${percent(count / entries.length)} of the samples have one answer: ${shown}`,
    });
  }
  if (type !== 'dpo') return warnings;
  const same = entries.filter(({ sample }) => sample['chosen'] === sample['rejected']);
  warnings.push(
    ...same.map(({ line }): DataWarning => ({
      line,
      kind: 'balance',
      message: `Line ${line} rejects what it chooses`,
    })),
  );
  const longer = entries.filter(
    ({ sample }) => countWords(sample['chosen'] ?? '') > countWords(sample['rejected'] ?? ''),
  ).length;
  if (longer / entries.length > ALWAYS_LONGER) {
    warnings.push({
      line: null,
      kind: 'balance',
      message: `The chosen answer is the longer one in ${percent(longer / entries.length)} of the pairs: length may be what is learned`,
    });
  }
  return warnings;
}
