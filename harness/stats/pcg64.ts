/** PCG64 (O'Neill 2014, XSL-RR 128/64), seeded and drawn from as numpy's `default_rng(seed)` does it: a resampling here
 *  draws what scipy and sacrebleu draw with the same seed. Not for secrets. */

/** Words of 32 bits, lowest first. */
type Words = Uint32Array;

/** 0x2360ED051FC65DA44385DF649FCCF645 */
const MULTIPLIER = Uint32Array.of(0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05);

export class Pcg64 {
  private readonly state: Words;
  private readonly increment: Words;
  /** Upper half of the last 64 bits, still to be handed out; null where there is none. */
  private spare: number | null = null;
  private high = 0;
  private low = 0;

  /** @param seed non-negative safe integer */
  constructor(seed: number) {
    const words = seedSequence(seed);
    // numpy hands over 64-bit words: state high, state low, increment high, increment low
    const initial = Uint32Array.of(words[2]!, words[3]!, words[0]!, words[1]!);
    const sequence = Uint32Array.of(words[6]!, words[7]!, words[4]!, words[5]!);
    this.increment = new Uint32Array(4);
    for (let i = 3; i >= 0; i--) {
      this.increment[i] = (sequence[i]! << 1) | (i > 0 ? sequence[i - 1]! >>> 31 : 1);
    }
    this.state = new Uint32Array(4);
    this.step();
    add(this.state, initial);
    this.step();
  }

  private step(): void {
    multiply(this.state, MULTIPLIER);
    add(this.state, this.increment);
  }

  /** 64 bits into `high` and `low`. */
  private draw(): void {
    this.step();
    const { state } = this;
    const high = (state[3]! ^ state[1]!) >>> 0;
    const low = (state[2]! ^ state[0]!) >>> 0;
    const rotation = state[3]! >>> 26;
    const [a, b] = rotation >= 32 ? [low, high] : [high, low];
    const bits = rotation & 31;
    this.high = bits === 0 ? a : ((a >>> bits) | (b << (32 - bits))) >>> 0;
    this.low = bits === 0 ? b : ((b >>> bits) | (a << (32 - bits))) >>> 0;
  }

  /** 32 random bits as a non-negative integer: the lower half of 64, then the upper. */
  uint32(): number {
    if (this.spare !== null) {
      const { spare } = this;
      this.spare = null;
      return spare;
    }
    this.draw();
    this.spare = this.high;
    return this.low;
  }

  /** In [0, 1), 53 bits. */
  random(): number {
    this.draw();
    return (this.high * 2_097_152 + (this.low >>> 11)) / 9_007_199_254_740_992;
  }

  /** Integer in [0, limit), 1 <= limit < 2 ** 32, as `integers(limit)` (Lemire 2019): no value is favoured. */
  below(limit: number): number {
    if (limit === 1) return 0;
    let value = this.uint32();
    let lower = Math.imul(value, limit) >>> 0;
    if (lower < limit) {
      const threshold = (2 ** 32 - limit) % limit;
      while (lower < threshold) {
        value = this.uint32();
        lower = Math.imul(value, limit) >>> 0;
      }
    }
    return upperProduct(value, limit);
  }

  /** `count` coins as `integers(2, size=count, dtype=bool)` tosses them, 32 from each word. */
  coins(count: number): Uint8Array {
    const out = new Uint8Array(count);
    let word = 0;
    for (let i = 0; i < count; i++) {
      word = i % 32 === 0 ? this.uint32() : word >>> 1;
      out[i] = word & 1;
    }
    return out;
  }
}

/** Upper 32 bits of a · b, for 32-bit a and b; the lower are Math.imul's. */
function upperProduct(a: number, b: number): number {
  const lower = (a & 0xffff) * b;
  const upper = (a >>> 16) * b + Math.floor(lower / 65_536);
  return Math.floor(upper / 65_536);
}

/** target += term, modulo 2 ** 128. */
function add(target: Words, term: Words): void {
  let carry = 0;
  for (let i = 0; i < 4; i++) {
    const sum = target[i]! + term[i]! + carry;
    target[i] = sum;
    carry = sum > 0xffff_ffff ? 1 : 0;
  }
}

const product = new Uint32Array(4);

/** target *= factor, modulo 2 ** 128. */
function multiply(target: Words, factor: Words): void {
  product.fill(0);
  for (let i = 0; i < 4; i++) {
    const word = target[i]!;
    let carry = 0;
    for (let j = 0; i + j < 4; j++) {
      const other = factor[j]!;
      const sum = (Math.imul(word, other) >>> 0) + product[i + j]! + carry;
      product[i + j] = sum;
      if (i + j < 3) carry = upperProduct(word, other) + Math.floor(sum / 4_294_967_296);
    }
  }
  target.set(product);
}

const POOL = 4;

/** numpy's SeedSequence(seed).generate_state(4, uint64), as eight words of 32 bits (O'Neill's seed_seq_fe). */
function seedSequence(seed: number): Words {
  const entropy = seed < 2 ** 32 ? [seed] : [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
  let constant = 0x43b0d7e5;
  const hash = (value: number): number => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    const scaled = Math.imul(mixed, constant);
    return (scaled ^ (scaled >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const result = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
    return (result ^ (result >>> 16)) >>> 0;
  };
  const pool = Array.from({ length: POOL }, (_, i) => hash(entropy[i] ?? 0));
  for (let source = 0; source < POOL; source++) {
    for (let target = 0; target < POOL; target++) {
      if (source !== target) pool[target] = mix(pool[target]!, hash(pool[source]!));
    }
  }
  let multiplier = 0x8b51f9dd;
  return Uint32Array.from({ length: 8 }, (_, i) => {
    const mixed = pool[i % POOL]! ^ multiplier;
    multiplier = Math.imul(multiplier, 0x58f38ded);
    const scaled = Math.imul(mixed, multiplier);
    return scaled ^ (scaled >>> 16);
  });
}
