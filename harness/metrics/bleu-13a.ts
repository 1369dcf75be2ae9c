/** BLEU's tokenizer 13a in one pass over a text, straight to the numbers of its tokens.
 *  The rules of mteval-v13a.pl look at neighbours but never across white space, so that each unit is decided as it
 *  comes. Two rare things are left to the patterns of bleu-tokenizers.ts: what 13a replaces before all else, and periods
 *  or commas in a row. A spec holds the two in step. */
import { bleuTokenizers, separateWestern } from './bleu-tokenizers.ts';
import { isPythonSpace, splitWhitespace } from './python-text.ts';
import { scratchUnits, type TokenNumbers } from './token-numbers.ts';

const LETTER = 0;
const SPACE = 1;
const DIGIT = 2;
/** ASCII punctuation but `' , - .`: a token of its own. */
const APART = 3;
/** `.` and `,`: tokens of their own, unless a digit is on both sides. */
const POINT = 4;
/** `-`: a token of its own after a digit. */
const DASH = 5;

const KINDS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (isPythonSpace(unit)) return SPACE;
  if (character >= '0' && character <= '9') return DIGIT;
  if (character === '.' || character === ',') return POINT;
  if (character === '-') return DASH;
  return /[{-~[-`!-&(-+:-@/]/.test(character) ? APART : LETTER;
});

function kindOf(unit: number): number {
  if (unit < 128) return KINDS[unit]!;
  return isPythonSpace(unit) ? SPACE : LETTER;
}

const NEW_LINE = 0x0a;
const AMPERSAND = 0x26;
const LESS_THAN = 0x3c;
const SMALL_S = 0x73;

/** Numbers of the tokens of sacrebleu's 13a. @param text without white space at its end */
export function tokenNumbers13a(text: string, numbers: TokenNumbers): number[] {
  const byPatterns = () => numbers.ofAll(bleuTokenizers['13a'](text));
  const tokens: number[] = [];
  const units = scratchUnits(text.length + 1);
  // Where the run between white space and the token in it began; -1 outside of one.
  let run = -1;
  let token = -1;
  let tokensBeforeRun = 0;
  let pointsInRow = false;
  let before = SPACE;
  for (let at = 0; at <= text.length; at++) {
    const unit = at < text.length ? text.charCodeAt(at) : 0x20;
    const kind = kindOf(unit);
    units[at] = unit;

    let joins = kind === LETTER || kind === DIGIT;
    if (kind === DASH) joins = before !== DIGIT;
    else if (kind === POINT) {
      joins = before === DIGIT && at + 1 < text.length && kindOf(text.charCodeAt(at + 1)) === DIGIT;
      if (before === POINT) pointsInRow = true;
    } else if (kind === APART) {
      if (unit === AMPERSAND) return byPatterns();
      if (unit === LESS_THAN && text.charCodeAt(at + 1) === SMALL_S) return byPatterns();
    } else if (unit === NEW_LINE && before === DASH) return byPatterns();

    if (kind !== SPACE && run < 0) {
      run = at;
      tokensBeforeRun = tokens.length;
    }
    if (joins) {
      if (token < 0) token = at;
    } else {
      if (token >= 0) tokens.push(numbers.of(units, token, at));
      token = -1;
      if (kind !== SPACE) tokens.push(numbers.of(units, at, at + 1));
      else if (run >= 0) {
        if (pointsInRow) {
          tokens.length = tokensBeforeRun;
          const parts = splitWhitespace(separateWestern(` ${text.slice(run, at)} `));
          // This takes the room that `units` is in; nothing before `at` is read again.
          for (const part of numbers.ofAll(parts)) tokens.push(part);
          pointsInRow = false;
        }
        run = -1;
      }
    }
    before = kind;
  }
  return tokens;
}
