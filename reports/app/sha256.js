// @ts-check
/** SHA-256 (FIPS 180-4), for a page opened from a file: browsers keep their own from some of those.
 *  Runs in the browser and in Node. */

/** First 32 bits of the fractional parts of a root of the first primes.
 *  @param {number} count @param {(prime: number) => number} root */
function fractions(count, root) {
  /** @type {number[]} */
  const primes = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32));
}

const START = fractions(8, Math.sqrt);
const ROUND = fractions(64, Math.cbrt);

/** @param {number} word @param {number} by */
function rotate(word, by) {
  return (word >>> by) | (word << (32 - by));
}

/** `sha256:<hex>` of a text in UTF-8.
 *  @param {string} text */
export function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor((bytes.length * 8) / 2 ** 32));
  view.setUint32(padded.length - 4, (bytes.length * 8) >>> 0);
  const state = Uint32Array.from(START);
  const words = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i);
    mixBlock(words, state);
  }
  return `sha256:${[...state].map((word) => word.toString(16).padStart(8, '0')).join('')}`;
}

/** @param {Uint32Array} words the block's sixteen, room for the rest @param {Uint32Array} state */
function mixBlock(words, state) {
  /** @param {Uint32Array} list @param {number} i */
  const at = (list, i) => list[i] ?? 0;
  for (let i = 16; i < 64; i++) {
    const [near, far] = [at(words, i - 2), at(words, i - 15)];
    const low = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3);
    const high = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10);
    words[i] = at(words, i - 16) + low + at(words, i - 7) + high;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const mixed = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + mixed + (ROUND[i] ?? 0) + at(words, i)) | 0;
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = at(state, i) + word;
  });
}
