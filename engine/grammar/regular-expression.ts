/** Regular expressions as JavaScript reads them with the flag `u`, as far as they are regular: characters, classes,
 *  groups, alternatives, quantifiers, and ^ and $ at the ends. Look-around, back references, word boundaries and
 *  Unicode properties are refused by name. */
import { asUtf8, characters, type CharacterSet, complement, type Writing } from './characters.ts';
import { choice, nothing, type Part, refused, repeat, sequence } from './grammar.ts';

const MAX_LENGTH = 4096;
const MAX_DEPTH = 64;
/** Of a quantifier; more would be too large in any case. */
const MAX_COUNT = 4096;

const range = (low: number, high: number) => ({ low, high });
const digit = [range(0x30, 0x39)];
const word = [...digit, range(0x41, 0x5a), range(0x61, 0x7a), ...characters('_')];
const lineEnd = characters('\n\r\u2028\u2029');
const space = [
  range(9, 13),
  range(0x2000, 0x200a),
  ...characters(' \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'),
];

const classes: Readonly<Record<string, CharacterSet>> = {
  d: digit,
  D: complement(digit),
  w: word,
  W: complement(word),
  s: space,
  S: complement(space),
};

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' };

const SYNTAX = '^$\\.*+?()[]{}|/';

/** The texts that the expression matches as a whole.
 *  @throws EngineError E_REQUEST_INVALID naming what is not supported */
export function wholeMatch(source: string, write: Writing = asUtf8): Part {
  return choice(...new Parser(source, write).alternatives().map(({ part }) => part));
}

/** The texts in which the expression matches somewhere, as `pattern` of JSON Schema has it. */
export function anywhereMatch(source: string, write: Writing): Part {
  const rest = repeat(write([range(0, 0x10ffff)]), 0, Infinity);
  return choice(
    ...new Parser(source, write)
      .alternatives()
      .map(({ part, fromStart, toEnd }) =>
        sequence(fromStart ? nothing : rest, part, toEnd ? nothing : rest),
      ),
  );
}

interface Alternative {
  readonly part: Part;
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

class Parser {
  readonly #source: readonly string[];
  readonly #write: Writing;
  #at = 0;
  #depth = 0;

  constructor(source: string, write: Writing) {
    if (source.length > MAX_LENGTH) throw refused(`an expression of ${source.length} characters is too long`);
    this.#source = Array.from(source);
    this.#write = write;
  }

  /** The whole expression. */
  alternatives(): Alternative[] {
    const found = this.#alternatives();
    if (this.#at < this.#source.length) throw this.#fault('")" without "("');
    return found;
  }

  #alternatives(): Alternative[] {
    const found = [this.#alternative()];
    while (this.#take('|')) found.push(this.#alternative());
    return found;
  }

  #alternative(): Alternative {
    const outermost = this.#depth === 0;
    const fromStart = outermost && this.#take('^');
    const parts: Part[] = [];
    let toEnd = false;
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')')) {
      if (outermost && this.#take('$')) {
        toEnd = true;
        if (this.#at < this.#source.length && !this.#sees('|')) throw this.#fault('$ before the end');
      } else parts.push(this.#quantified());
    }
    return { part: sequence(...parts), fromStart, toEnd };
  }

  #quantified(): Part {
    const atom = this.#atom();
    const [least, most] = this.#quantifier() ?? [1, 1];
    if (least === 1 && most === 1) return atom;
    if (least > most) throw this.#fault('a quantifier whose numbers are out of order');
    if (Math.max(least, most === Infinity ? 0 : most) > MAX_COUNT)
      throw this.#fault(`a quantifier above ${MAX_COUNT}`);
    return repeat(atom, least, most);
  }

  #quantifier(): [number, number] | null {
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const;
    let found: [number, number] | null = null;
    for (const [sign, counts] of Object.entries(simple)) {
      if (this.#take(sign)) {
        found = [...counts];
        break;
      }
    }
    if (found === null && this.#take('{')) {
      const least = this.#number();
      const most = this.#take(',') ? (this.#sees('}') ? Infinity : this.#number()) : least;
      if (!this.#take('}')) throw this.#fault('"{" that is no quantifier');
      found = [least, most];
    }
    // How greedy it is changes what is found, not what matches.
    if (found !== null) this.#take('?');
    return found;
  }

  #number(): number {
    let digits = '';
    while (/^[0-9]$/.test(this.#source[this.#at] ?? '')) digits += this.#source[this.#at++];
    if (digits === '') throw this.#fault('"{" that is no quantifier');
    return Number(digits);
  }

  #atom(): Part {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return this.#write(this.#class());
    if (character === '.') return this.#write(complement(lineEnd));
    if (character === '\\') return this.#write(this.#escape());
    if ('^$*+?{}]'.includes(character)) {
      throw this.#fault(`${JSON.stringify(character)} at this place`);
    }
    return this.#write(characters(character));
  }

  #group(): Part {
    if (++this.#depth > MAX_DEPTH) throw this.#fault(`more than ${MAX_DEPTH} groups within each other`);
    if (this.#take('?')) {
      if (this.#take('<')) {
        if (this.#sees('=') || this.#sees('!')) throw this.#fault('look-behind');
        while (this.#next() !== '>');
      } else if (!this.#take(':')) throw this.#fault('look-ahead or a flag');
    }
    const found = this.#alternatives();
    if (!this.#take(')')) throw this.#fault('"(" without ")"');
    this.#depth--;
    return choice(...found.map(({ part }) => part));
  }

  #class(): CharacterSet {
    const negated = this.#take('^');
    const set: { low: number; high: number }[] = [];
    while (!this.#take(']')) {
      const first = this.#member();
      const isRange = this.#sees('-') && this.#source[this.#at + 1] !== ']';
      if (!isRange) {
        set.push(...first);
        continue;
      }
      this.#at++;
      const last = this.#member();
      const { low } = first[0]!;
      const { high } = last[0]!;
      if (first.length + last.length > 2 || first[0]!.high !== low || last[0]!.low !== high || low > high) {
        throw this.#fault('a range of characters that is out of order');
      }
      set.push({ low, high });
    }
    return negated ? complement(set) : set;
  }

  #member(): CharacterSet {
    const character = this.#next();
    if (character !== '\\') return characters(character);
    if (this.#take('-')) return characters('-');
    if (this.#take('b')) return characters('\b');
    return this.#escape();
  }

  #escape(): CharacterSet {
    const character = this.#next();
    if (Object.hasOwn(classes, character)) return classes[character]!;
    if (character === '0' && /^[0-9]$/.test(this.#source[this.#at] ?? ''))
      throw this.#fault('an octal escape');
    if (Object.hasOwn(controls, character)) return characters(controls[character]!);
    if (SYNTAX.includes(character)) return characters(character);
    if (character === 'x') return this.#codePoint(this.#hex(2));
    if (character === 'u') return this.#codePoint(this.#unicode());
    const names: Record<string, string> = {
      b: 'a word boundary',
      B: 'a word boundary',
      p: 'a Unicode property',
    };
    names['P'] = names['p']!;
    const name = /^[1-9k]$/.test(character) ? 'a back reference' : names[character];
    throw this.#fault(name ?? `the escape ${JSON.stringify(`\\${character}`)}`);
  }

  #unicode(): number {
    if (this.#take('{')) {
      let digits = '';
      while (!this.#take('}')) digits += this.#next();
      if (!/^[0-9a-fA-F]{1,8}$/.test(digits)) throw this.#fault('a character that is none');
      return Number.parseInt(digits, 16);
    }
    const first = this.#hex(4);
    const isHigh = first >= 0xd800 && first < 0xdc00;
    if (!isHigh || !this.#sees('\\') || this.#source[this.#at + 1] !== 'u') return first;
    this.#at += 2;
    return String.fromCharCode(first, this.#hex(4)).codePointAt(0)!;
  }

  #hex(count: number): number {
    const digits = this.#source.slice(this.#at, this.#at + count).join('');
    if (digits.length !== count || !/^[0-9a-fA-F]+$/.test(digits))
      throw this.#fault('an escape without its digits');
    this.#at += count;
    return Number.parseInt(digits, 16);
  }

  #codePoint(point: number): CharacterSet {
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      throw this.#fault('a character that is none');
    return [range(point, point)];
  }

  #next(): string {
    const character = this.#source[this.#at++];
    if (character === undefined) throw this.#fault('an end where more should come');
    return character;
  }

  #sees(character: string): boolean {
    return this.#source[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at++;
    return true;
  }

  #fault(what: string): Error {
    const source = JSON.stringify(this.#source.join('').slice(0, 80));
    return refused(`the expression ${source} holds ${what}, which is not supported`);
  }
}
