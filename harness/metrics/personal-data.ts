/** Personal data and secrets in a text, by their form: what has a check digit is checked, what is reserved for examples
 *  is left alone. A floor: a name with an address, or a password in words, has no form that could be found.
 *  Sources: ISO/IEC 7812-1 (Luhn), ISO 13616 (IBAN), RFC 2606 and 6761 (names reserved for examples), RFC 5737. */
import { signature } from './signature.ts';

type Kind = 'email' | 'phone' | 'card' | 'iban' | 'ssn' | 'ip-address';
type SecretKind =
  | 'private-key'
  | 'aws-key'
  | 'github-token'
  | 'api-key'
  | 'slack-token'
  | 'google-key'
  | 'jwt';

interface Form {
  readonly pattern: RegExp;
  readonly holds?: (found: string) => boolean;
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Luhn's sum over the digits is a multiple of ten, and they are not all the same. */
function isCardNumber(found: string): boolean {
  const digits = digitsOf(found);
  if (digits.length < 13 || digits.length > 19 || new Set(digits).size === 1) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the rearranged number is 1 modulo 97. */
function isIban(found: string): boolean {
  const plain = found.replace(/ /g, '');
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

function isPublicAddress(found: string): boolean {
  const parts = found.split('.').map(Number);
  if (parts.some((part) => part > 255)) return false;
  const [a, b, c] = parts as [number, number, number, number];
  const own =
    a === 0 || a === 10 || a === 127 || a >= 224 || (a === 192 && b === 168) || (a === 169 && b === 254);
  const documentation = (a === 192 && b === 0 && c === 2) || (a === 198 && b === 51 && c === 100) || (a === 203 && b === 0 && c === 113); // prettier-ignore
  return !own && !documentation && !(a === 172 && b >= 16 && b < 32) && !(a === b && b === c);
}

const EXAMPLE_DOMAIN =
  /@(?:[\w.-]*\.)?(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|(?:your)?(?:domain|company|email|provider)\.com)$/i;

const personal: { readonly [K in Kind]: Form } = {
  email: {
    pattern: /(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}(?![\w-])/gi,
    holds: (found) => !EXAMPLE_DOMAIN.test(found) && /\.[a-z]{2,}$/i.test(found),
  },
  phone: {
    pattern: /(?<![\w.+-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?\d{3,4}[ .-]\d{3,4}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w-])|(?<![\w+])\+\d{1,3}(?:[ .-]?\d{2,4}){3,4}(?![\w-])/g,
    // 555-0100 to 555-0199 are reserved for fiction in North America; 555 alone is what people invent.
    holds: (found) => !/555/.test(digitsOf(found)) && new Set(digitsOf(found)).size > 3 && !/1234567/.test(digitsOf(found)),
  },
  card: { pattern: /(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])/g, holds: isCardNumber },
  iban: { pattern: /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)/g, holds: isIban },
  ssn: {
    pattern: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
    holds: (found) => found !== '123-45-6789' && found !== '078-05-1120', // the two that forms print as examples
  },
  'ip-address': { pattern: /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\w|\w)/g, holds: isPublicAddress },
}; // prettier-ignore

/** A key that stands for one: all x, "your-key-here". */
const isPlaceholder = (found: string): boolean =>
  /x{6}|0{8}|1234567|your|example|placeholder|\*{3}|\.{3}/i.test(found);

const secret: { readonly [K in SecretKind]: Form } = {
  'private-key': { pattern: /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----\s{0,4}[A-Za-z0-9+/=]{16}/g },
  'aws-key': { pattern: /(?<!\w)(?:AKIA|ASIA)[A-Z0-9]{16}(?!\w)/g },
  'github-token': { pattern: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,90})(?!\w)/g },
  'api-key': { pattern: /(?<!\w)sk-(?:[a-z]{2,8}-)?[A-Za-z0-9_-]{20,200}(?!\w)/g },
  'slack-token': { pattern: /(?<!\w)xox[abprs]-[A-Za-z0-9-]{10,80}(?!\w)/g },
  'google-key': { pattern: /(?<!\w)AIza[A-Za-z0-9_-]{35}(?!\w)/g },
  jwt: {
    pattern: /(?<!\w)eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{16,1000}(?!\w)/g,
  },
};

function kindsIn<K extends string>(
  forms: { readonly [kind in K]: Form },
  text: string,
  alsoNot?: (match: string) => boolean,
): K[] {
  return (Object.keys(forms) as K[]).filter((kind) => {
    const { pattern, holds } = forms[kind];
    return [...text.matchAll(pattern)].some(
      ([match]) => (holds?.(match) ?? true) && !(alsoNot?.(match) ?? false),
    );
  });
}

/** Kinds of personal data of which the text holds one. */
export function personalData(text: string): readonly Kind[] {
  return kindsIn(personal, text);
}

/** Kinds of secrets of which the text holds one; placeholders are none. */
export function secrets(text: string): readonly SecretKind[] {
  return kindsIn(secret, text, isPlaceholder);
}

export function personalDataSignature(): string {
  return `personalData|${signature({ forms: Object.keys(personal).join('+') })}`;
}

export function secretsSignature(): string {
  return `secrets|${signature({ forms: Object.keys(secret).join('+') })}`;
}
