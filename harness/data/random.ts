/** MT19937 (Matsumoto and Nishimura 1998), seeded and drawn from as CPython's `random` does it, so that
 *  `choice` with seed 42 picks here what `random.choice` picks there. Not for secrets. */

const SIZE = 624;
const SHIFT = 397;

export class MersenneTwister {
  private readonly state = new Uint32Array(SIZE);
  private index = SIZE;

  /** @param seed non-negative safe integer */
  constructor(seed: number) {
    const low = seed % 2 ** 32;
    const high = Math.floor(seed / 2 ** 32);
    this.seedFrom(high > 0 ? [low, high] : [low]);
  }

  private seedFrom(key: readonly number[]): void {
    const { state } = this;
    state[0] = 19_650_218;
    for (let i = 1; i < SIZE; i++) {
      const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = Math.imul(1_812_433_253, previous) + i;
    }
    let i = 1;
    let j = 0;
    const advance = () => {
      i++;
      if (i < SIZE) return;
      state[0] = state[SIZE - 1]!;
      i = 1;
    };
    for (let k = 0; k < SIZE; k++) {
      const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = (state[i]! ^ Math.imul(previous, 1_664_525)) + key[j]! + j;
      j = (j + 1) % key.length;
      advance();
    }
    for (let k = 0; k < SIZE - 1; k++) {
      const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = (state[i]! ^ Math.imul(previous, 1_566_083_941)) - i;
      advance();
    }
    state[0] = 0x80000000;
  }

  private refill(): void {
    const { state } = this;
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
  }

  /** 32 random bits as a non-negative integer. */
  uint32(): number {
    if (this.index >= SIZE) this.refill();
    let y = this.state[this.index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** In [0, 1), 53 bits. */
  random(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** Integer in [0, limit), 1 <= limit < 2 ** 32, by rejection: no value is favoured. */
  below(limit: number): number {
    const bits = 32 - Math.clz32(limit);
    let value = this.uint32() >>> (32 - bits);
    while (value >= limit) value = this.uint32() >>> (32 - bits);
    return value;
  }

  choice<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** A new array in random order (Fisher and Yates), as `random.shuffle` orders it. */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }
}
