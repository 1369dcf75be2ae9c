// @ts-check
/** The language of the find field: `rouge1<0.3 "photosynthesis" latency>2s -task:safety (is:error or is:worse)`.
 *  Terms beside each other all hold; `or`, `not` or `-`, and brackets as everywhere. Knows the grammar; what a name
 *  means is said by `Names`. */

/** @typedef {{ kind: 'text', text: string, part: string }} TextTerm part: '' for anywhere, else prompt, output, …
 *  @typedef {{ kind: 'compare', name: string, of: 'value' | 'baseline' | 'change', op: string, value: number }} CompareTerm
 *  @typedef {{ kind: 'field', name: string, value: string }} FieldTerm
 *  @typedef {TextTerm | CompareTerm | FieldTerm} Term
 *  @typedef {{ kind: 'and', parts: Query[] } | { kind: 'or', parts: Query[] } | { kind: 'not', part: Query } | Term} Query
 *  @typedef {{ message: string, at: number, length: number }} QueryError at: character at which it goes wrong
 *  @typedef {{ query: Query | null, error: QueryError | null }} ParseResult
 *  @typedef {{ numbers: readonly string[], words: Readonly<Record<string, readonly string[] | null>>,
 *    parts: readonly string[] }} Names
 *    numbers: what `name<1` may name; words: fields of `name:value` with the values they may have, null for any;
 *    parts: texts of a sample that `part:"…"` searches */

/** @typedef {{ kind: 'word' | 'quoted' | 'open' | 'close' | 'minus', text: string, at: number, length: number }} Token */

const OPERATOR = /^([\w.@-]+?)(\.baseline|\.change)?(<=|>=|!=|<|>|=)(.*)$/s;
const FIELD = /^([A-Za-z][\w-]*):(.*)$/s;

/** Milliseconds, or thousands.
 *  @type {Readonly<Record<string, number>>} */
const UNITS = { '': 1, ms: 1, s: 1000, min: 60_000, k: 1000, '%': 0.01 };

class Fault extends Error {
  /** @param {string} message @param {number} at @param {number} length */
  constructor(message, at, length) {
    super(message);
    this.at = at;
    this.length = length;
  }
}

/** A query, null for an empty text, or what is wrong with it and where.
 *  @param {string} text @param {Names} names @returns {ParseResult} */
export function parseQuery(text, names) {
  try {
    const tokens = tokenize(text);
    if (tokens.length === 0) return { query: null, error: null };
    return { query: new Parser(tokens, names, text.length).parse(), error: null };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { query: null, error: { message: fault.message, at: fault.at, length: fault.length } };
  }
}

/** @param {string} text @returns {Token[]} */
function tokenize(text) {
  /** @type {Token[]} */
  const tokens = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    const token = tokenAt(text, at, character);
    tokens.push(token);
    at += token.length;
  }
  return tokens;
}

/** @param {string} text @param {number} at @param {string} character @returns {Token} */
function tokenAt(text, at, character) {
  if (character === '(') return { kind: 'open', text: '(', at, length: 1 };
  if (character === ')') return { kind: 'close', text: ')', at, length: 1 };
  if (character === '-' && /[^\s]/.test(text[at + 1] ?? ''))
    return { kind: 'minus', text: '-', at, length: 1 };
  // A word runs to the next blank or bracket; quotes in it may hold both.
  let end = at;
  while (end < text.length && !/[\s()]/.test(text[end] ?? '')) {
    if (text[end] !== '"') {
      end += 1;
      continue;
    }
    const close = text.indexOf('"', end + 1);
    if (close < 0) throw new Fault('A quotation mark is not closed', end, text.length - end);
    end = close + 1;
  }
  const word = text.slice(at, end);
  return { kind: word.startsWith('"') ? 'quoted' : 'word', text: word, at, length: end - at };
}

class Parser {
  #next = 0;

  /** @param {Token[]} tokens @param {Names} names @param {number} end */
  constructor(tokens, names, end) {
    this.tokens = tokens;
    this.names = names;
    this.end = end;
  }

  /** @returns {Query} */
  parse() {
    const query = this.#either();
    const rest = this.#peek();
    if (rest) throw new Fault('A bracket closes that was not opened', rest.at, rest.length);
    return query;
  }

  #peek() {
    return this.tokens[this.#next];
  }

  /** @param {string} word */
  #isWord(word) {
    const token = this.#peek();
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  }

  /** @returns {Query} */
  #either() {
    const parts = [this.#all()];
    while (this.#isWord('or')) {
      this.#next += 1;
      parts.push(this.#all());
    }
    return parts.length === 1 ? /** @type {Query} */ (parts[0]) : { kind: 'or', parts };
  }

  /** @returns {Query} */
  #all() {
    /** @type {Query[]} */
    const parts = [];
    while (this.#peek() && this.#peek()?.kind !== 'close' && !this.#isWord('or')) {
      if (this.#isWord('and')) {
        this.#next += 1;
        continue;
      }
      parts.push(this.#one());
    }
    if (parts.length === 0) {
      const token = this.#peek();
      throw new Fault('Something to look for is missing here', token?.at ?? this.end, token?.length ?? 1);
    }
    return parts.length === 1 ? /** @type {Query} */ (parts[0]) : { kind: 'and', parts };
  }

  /** @returns {Query} */
  #one() {
    const token = this.#peek();
    if (!token) throw new Fault('Something to look for is missing here', this.end, 1);
    this.#next += 1;
    if (token.kind === 'minus' || (token.kind === 'word' && token.text.toLowerCase() === 'not')) {
      return { kind: 'not', part: this.#one() };
    }
    if (token.kind === 'open') {
      const inner = this.#either();
      if (this.#peek()?.kind !== 'close') throw new Fault('A bracket is not closed', token.at, 1);
      this.#next += 1;
      return inner;
    }
    if (token.kind === 'close') throw new Fault('A bracket closes that was not opened', token.at, 1);
    if (token.kind === 'quoted') return { kind: 'text', text: unquote(token.text), part: '' };
    return this.#term(token);
  }

  /** @param {Token} token @returns {Term} */
  #term(token) {
    const field = FIELD.exec(token.text);
    if (field) return this.#field(token, field[1] ?? '', field[2] ?? '');
    const compared = OPERATOR.exec(token.text);
    if (!compared) return { kind: 'text', text: unquote(token.text), part: '' };
    const [, name = '', of = '', op = '', value = ''] = compared;
    return this.#compare(token, name, of, op, value);
  }

  /** @param {Token} token @param {string} given @param {string} of @param {string} op @param {string} text
   *  @returns {Term} */
  #compare(token, given, of, op, text) {
    const name = this.names.numbers.find((each) => each.toLowerCase() === given.toLowerCase());
    if (name === undefined) {
      throw new Fault(
        `There is no score or number “${given}”${suggest(given, this.names.numbers)}`,
        token.at,
        given.length,
      );
    }
    const value = numberOf(text);
    if (value === null) {
      const at = token.at + token.text.length - text.length;
      const message =
        text === ''
          ? `${name}${op} needs a number after it, without a blank between: ${name}${op}0.5`
          : `“${text}” is no number; write 0.3, 30%, 250ms or 2s`;
      throw new Fault(message, at, Math.max(1, text.length));
    }
    const kind = of === '.baseline' ? 'baseline' : of === '.change' ? 'change' : 'value';
    return { kind: 'compare', name, of: kind, op, value };
  }

  /** @param {Token} token @param {string} given @param {string} text @returns {Term} */
  #field(token, given, text) {
    const name = given.toLowerCase();
    const value = unquote(text);
    if (value === '') {
      throw new Fault(`${given}: needs a word after it, without a blank between`, token.at, token.length);
    }
    if (this.names.parts.includes(name)) return { kind: 'text', text: value, part: name };
    const allowed = this.names.words[name];
    if (allowed === undefined) {
      const known = [...Object.keys(this.names.words), ...this.names.parts];
      throw new Fault(
        `There is no field “${given}”${suggest(given, known)}; put text that holds a colon in quotation marks`,
        token.at,
        token.length,
      );
    }
    if (allowed === null) return { kind: 'field', name, value };
    const found = allowed.find((each) => each.toLowerCase() === value.toLowerCase());
    if (found === undefined) {
      throw new Fault(
        `${name}: is one of ${allowed.join(', ')}; not “${value}”`,
        token.at + token.text.length - text.length,
        text.length,
      );
    }
    return { kind: 'field', name, value: found };
  }
}

/** @param {string} text */
function unquote(text) {
  return text.replaceAll('"', '');
}

/** @param {string} text @returns {number | null} */
function numberOf(text) {
  const match = /^([-−+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(ms|s|min|k|%)?$/i.exec(text);
  if (!match) return null;
  const value = Number((match[1] ?? '').replace('−', '-')) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1);
  return Number.isFinite(value) ? value : null;
}

/** @param {string} given @param {readonly string[]} known */
function suggest(given, known) {
  const near = known
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (near && near.distance <= Math.max(2, given.length / 3)) return `; did you mean ${near.name}?`;
  return known.length > 0 && known.length <= 12 ? `; there are ${known.join(', ')}` : '';
}

/** @param {string} a @param {string} b */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Every text that the query looks for, each once: what has to be searched before rows can be told apart.
 *  @param {Query | null} query @returns {TextTerm[]} */
export function textTerms(query) {
  if (!query) return [];
  if (query.kind === 'text') return [query];
  if (query.kind === 'not') return textTerms(query.part);
  if (query.kind === 'and' || query.kind === 'or') {
    const terms = query.parts.flatMap(textTerms);
    return [...new Map(terms.map((term) => [termKey(term), term])).values()];
  }
  return [];
}

/** @param {TextTerm} term */
export function termKey({ part, text }) {
  return `${part}:${text.toLowerCase()}`;
}

/** @param {Query} query @param {(term: Term) => boolean} holds @returns {boolean} */
export function evaluate(query, holds) {
  if (query.kind === 'and') return query.parts.every((part) => evaluate(part, holds));
  if (query.kind === 'or') return query.parts.some((part) => evaluate(part, holds));
  if (query.kind === 'not') return !evaluate(query.part, holds);
  return holds(query);
}

/** Of a value that is not there nothing holds, not even that it differs.
 *  @param {number | null} value @param {string} op @param {number} wanted */
export function compareNumbers(value, op, wanted) {
  if (value === null) return false;
  if (op === '<') return value < wanted;
  if (op === '<=') return value <= wanted;
  if (op === '>') return value > wanted;
  if (op === '>=') return value >= wanted;
  return op === '=' ? value === wanted : value !== wanted;
}
