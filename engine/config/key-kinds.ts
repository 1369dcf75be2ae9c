/** What each kind of key accepts, how a variable's text is read for it, what to tell who got it wrong, and its
 *  JSON Schema: one row a kind. Knows nothing of files, lines or sections. */
import type { IntegerKey, NumberKey, ValueKey } from './config-keys.ts';

interface KindRules<K> {
  /** Whether a value that is not null is one the key can hold. */
  accepts(key: K, value: unknown): boolean;
  /** The value that a variable's text stands for; `accepts` judges it. */
  parse(text: string): unknown;
  /** In words that follow "Expected". */
  expected(key: K): string;
  schema(key: K): { readonly type: string; readonly [property: string]: unknown };
}

/** What an HTTP header can carry as a token. */
const SECRET = '^[!-~]+$';
const NOT_BLANK = '\\S';
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const FLAGS: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** NaN, which no range holds, for text that is no number. */
const parseNumber = (text: string): number => (NUMBER.test(text.trim()) ? Number(text) : NaN);

function inRange(key: IntegerKey | NumberKey, value: number): boolean {
  const low = key.aboveMin === true ? value > key.min : value >= key.min;
  const high = key.max === undefined || (key.belowMax === true ? value < key.max : value <= key.max);
  return Number.isFinite(value) && low && high;
}

function rangeInWords(key: IntegerKey | NumberKey): string {
  const low = key.aboveMin === true ? `above ${key.min}` : `of at least ${key.min}`;
  if (key.max === undefined) return low;
  return `${low} and ${key.belowMax === true ? 'below' : 'at most'} ${key.max}`;
}

function rangeSchema(key: IntegerKey | NumberKey): Record<string, number> {
  const low = { [key.aboveMin === true ? 'exclusiveMinimum' : 'minimum']: key.min };
  return key.max === undefined
    ? low
    : { ...low, [key.belowMax === true ? 'exclusiveMaximum' : 'maximum']: key.max };
}

const kinds: { readonly [Kind in ValueKey['kind']]: KindRules<Extract<ValueKey, { kind: Kind }>> } = {
  text: {
    accepts: (key, value) => isText(value) && (key.secret !== true || new RegExp(SECRET).test(value)),
    parse: (text) => text,
    expected: (key) =>
      key.secret === true
        ? 'text of printable ASCII characters without spaces'
        : 'text with at least one character',
    schema: (key) => ({ type: 'string', pattern: key.secret === true ? SECRET : NOT_BLANK }),
  },
  choice: {
    accepts: (key, value) => typeof value === 'string' && key.choices.includes(value),
    parse: (text) => text,
    expected: (key) => `one of ${key.choices.join(', ')}`,
    schema: (key) => ({ type: 'string', enum: key.choices }),
  },
  integer: {
    accepts: (key, value) => Number.isSafeInteger(value) && inRange(key, value as number),
    parse: parseNumber,
    expected: (key) => `a whole number ${rangeInWords(key)}`,
    schema: (key) => ({ type: 'integer', ...rangeSchema(key) }),
  },
  number: {
    accepts: (key, value) => typeof value === 'number' && inRange(key, value),
    parse: parseNumber,
    expected: (key) => `a number ${rangeInWords(key)}`,
    schema: (key) => ({ type: 'number', ...rangeSchema(key) }),
  },
  flag: {
    accepts: (_key, value) => typeof value === 'boolean',
    parse: (text) => FLAGS[text.trim().toLowerCase()],
    expected: () => 'true or false',
    schema: () => ({ type: 'boolean' }),
  },
  list: {
    accepts: (_key, value) => Array.isArray(value) && value.length > 0 && value.every(isText),
    parse: (text) => text.split(',').map((item) => item.trim()),
    expected: () => 'a list of texts',
    schema: () => ({ type: 'array', items: { type: 'string', pattern: NOT_BLANK }, minItems: 1 }),
  },
};

/** The row of the key's kind. */
export function rulesOf(key: ValueKey): KindRules<ValueKey> {
  return kinds[key.kind];
}
