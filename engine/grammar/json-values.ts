/** How JSON values are written under a constraint. One spelling where spelling is free, so that models stay on the
 *  way they know: literals as `JSON.stringify` has them, numbers of at most 15 digits on either side of the point
 *  and exponents of two, and between tokens nothing, one space, or one line end with its indentation: never without
 *  a limit, as a model would fill its context with it. Strings may hold any escape. */
import { asJson, asUtf8, characters, complement, JSON_ESCAPE } from './characters.ts';
import {
  byteRange,
  call,
  choice,
  literal,
  nothing,
  optional,
  type Part,
  repeat,
  sequence,
} from './grammar.ts';
import { wholeMatch } from './regular-expression.ts';

const quote = literal('"');

/** Where a value, a name or a closing bracket begins on its own. */
const space: Part = optional(call('space', wholeMatch(' |\\n( {0,32}|\\t{0,16})')));

/** Behind a colon. */
const narrowSpace: Part = optional(literal(' '));

const stringCharacter = call(
  'string character',
  choice(asUtf8(complement([{ low: 0, high: 0x1f }], characters('"\\'))), wholeMatch(JSON_ESCAPE)),
);

/** @param least characters, as code points */
export function stringOf(least: number, most: number): Part {
  return sequence(quote, repeat(stringCharacter, least, most), quote);
}

/** A string whose content is written by `content`. */
export function quoted(content: Part): Part {
  return sequence(quote, content, quote);
}

const anyString = call('string', stringOf(0, Infinity));

export const anyNumber: Part = wholeMatch('-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?');

/** Every integer of so many digits is exact. */
export const LARGEST_INTEGER = 10 ** 15 - 1;

/** Integers from `low` to `high`, both within ±LARGEST_INTEGER. */
export function integersBetween(low: number, high: number): Part {
  return choice(
    sequence(literal('-'), naturalsBetween(Math.max(1, -high), -low)),
    naturalsBetween(Math.max(0, low), high),
  );
}

/** Numbers from `low` to `high`, integers within ±LARGEST_INTEGER, with at most six digits behind the point. */
export function numbersBetween(low: number, high: number): Part {
  const fraction = wholeMatch('\\.[0-9]{1,6}');
  return choice(
    integersBetween(low, high),
    sequence(literal('-'), naturalsBetween(Math.max(0, -high), -low - 1), fraction),
    sequence(naturalsBetween(Math.max(0, low), high - 1), fraction),
  );
}

const digits = (low: number, high: number): Part => byteRange(0x30 + low, 0x30 + high);

function naturalsBetween(low: number, high: number): Part {
  const parts: Part[] = [];
  if (low > high) return choice();
  const longest = String(high).length;
  for (let length = String(low).length; length <= longest; length++) {
    const first = Math.max(low, length === 1 ? 0 : 10 ** (length - 1));
    const last = Math.min(high, 10 ** length - 1);
    parts.push(sameLength(String(first), String(last)));
  }
  return choice(...parts);
}

/** Digits from `low` to `high`, which are as long as each other. */
function sameLength(low: string, high: string): Part {
  const rest = low.length - 1;
  if (rest < 0) return nothing;
  const first = Number(low[0]);
  const last = Number(high[0]);
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (lowRest === '0'.repeat(rest) && highRest === '9'.repeat(rest)) {
    return sequence(digits(first, last), repeat(digits(0, 9), rest, rest));
  }
  if (first === last) return sequence(digits(first, first), sameLength(lowRest, highRest));
  return choice(
    sequence(digits(first, first), sameLength(lowRest, '9'.repeat(rest))),
    ...(last - first > 1 ? [sequence(digits(first + 1, last - 1), repeat(digits(0, 9), rest, rest))] : []),
    sequence(digits(last, last), sameLength('0'.repeat(rest), highRest)),
  );
}

export interface Property {
  readonly name: string;
  readonly value: Part;
  readonly required: boolean;
}

/** An object of these properties in this order, then of others where their values are given; a name that is
 *  declared is never written twice. */
export function objectOf(properties: readonly Property[], others: Part | null): Part {
  return (grammar, from) => {
    /** Behind the bracket, while nothing has been written; null once something must have been. */
    let fresh: number | null = literal('{')(grammar, from);
    let later: number | null = null;
    const members = properties.map(({ name, value, required }) => ({
      member: sequence(literal(`${jsonText(name)}:`), narrowSpace, value),
      required,
    }));
    const join = (...states: readonly (number | null)[]): number => {
      const joined = grammar.state();
      for (const state of states) if (state !== null) grammar.empty[state]!.push(joined);
      return joined;
    };
    const begin = (): number =>
      space(grammar, join(fresh, later === null ? null : literal(',')(grammar, later)));
    for (const { member, required } of members) {
      const written = member(grammar, begin());
      later = required ? written : join(later, written);
      if (required) fresh = null;
    }
    if (others !== null) {
      const loop = join(later);
      const begun = join(fresh, literal(',')(grammar, loop));
      const name = nameOtherThan(properties.map((property) => property.name));
      const member = sequence(space, quoted(name), literal(':'), narrowSpace, others);
      grammar.empty[member(grammar, begun)]!.push(loop);
      later = loop;
    }
    return sequence(space, literal('}'))(grammar, join(fresh, later));
  };
}

interface Beginning {
  readonly state: number;
  readonly next: Map<string, Beginning>;
  isName: boolean;
}

/** Content of a string, as `JSON.stringify` writes it, that is none of the names: along their common beginnings,
 *  and off them at any character. */
function nameOtherThan(names: readonly string[]): Part {
  return (grammar, from) => {
    const end = grammar.state();
    const other = grammar.state();
    grammar.empty[repeat(asJson(complement()), 0, Infinity)(grammar, other)]!.push(end);
    const first: Beginning = { state: from, next: new Map(), isName: false };
    const beginnings = [first];
    for (const name of names) {
      let beginning = first;
      for (const character of name) {
        let longer = beginning.next.get(character);
        if (longer === undefined) {
          const state = literal(jsonText(character).slice(1, -1))(grammar, beginning.state);
          longer = { state, next: new Map(), isName: false };
          beginning.next.set(character, longer);
          beginnings.push(longer);
        }
        beginning = longer;
      }
      beginning.isName = true;
    }
    for (const { state, next, isName } of beginnings) {
      if (!isName) grammar.empty[state]!.push(end);
      const off = asJson(complement(characters([...next.keys()].join(''))))(grammar, state);
      grammar.empty[off]!.push(other);
    }
    return end;
  };
}

export function arrayOf(item: Part, least: number, most: number): Part {
  const spaced = sequence(space, item);
  const further = repeat(sequence(literal(','), spaced), Math.max(0, least - 1), most - 1);
  const items = most === 0 ? nothing : sequence(spaced, further);
  return sequence(literal('['), least === 0 ? optional(items) : items, space, literal(']'));
}

/** As `JSON.stringify` has it. U+FEFF is escaped: a decoder may take it for a byte order mark. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll('\uFEFF', '\\ufeff');
}

export const anyObject: Part = call('object', (grammar, from) => objectOf([], anyValue)(grammar, from), true);
const anyArray: Part = call('array', (grammar, from) => arrayOf(anyValue, 0, Infinity)(grammar, from), true);
export const anyValue: Part = call(
  'value',
  choice(anyObject, anyArray, anyString, anyNumber, literal('true'), literal('false'), literal('null')),
);
