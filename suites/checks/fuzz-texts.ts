/** Texts that were made to break metrics: words that overlap, scripts of the world, marks, spaces and controls of every kind.
 *  Knows characters; knows nothing of metrics. */
import type { MersenneTwister } from '../../harness/data/random.ts';

const WORDS =
  "the a an of cat cats dog running quickly state-of-the-art don't we'll e-mail 1,000 3.5 3.5% 10-20 No. U.S. i.e. The CAT Über naïve café the 42nd organisation beautiful unprecedented x y z a.b.c ... -- & &amp; &lt; &quot;hi&quot; <skipped> <s> ( ) [x] {y} \"q\" 'r' it's 's _ __ a_b # @ ~ ^ | \\ / * + = $5 €7 £ § ½ ² Ⅻ ٣ ४५ １２ ﬁn ß ẞ İ ı Σίσυφος ΣΑΣ ς 猫 坐在 、。 「猫」 ﾊﾝ ｆｕ 한국어 भाषा हिन्दी עברית العربية ไทย 👩‍🔬 🇩🇪 😀 e\u0301 a\u0308 \u0301 𠀀 𝒳 ﷽ \u200b \ufeff \u00ad \u2028 \u0085".split(
    ' ',
  );

/** Spaces, some of which only one of the two languages takes for one. */
const SPACES = [
  ' ',
  ' ',
  ' ',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\u00a0',
  '\u2003',
  '\u3000',
  '\u0085',
  '\u001c',
  '\u001f',
  '\u000b',
  '\u2028',
  '\u1680',
  '\u202f',
  '',
  '-\n',
  '\n-',
  '\u180e',
  '\ufeff',
];

/** First and last code points of blocks that were settled long ago. */
const BLOCKS: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0x20, 0x7e],
  [0x00, 0x1f],
  [0x80, 0xff],
  [0x100, 0x17f],
  [0x250, 0x2ff],
  [0x300, 0x36f],
  [0x391, 0x3c9],
  [0x400, 0x45f],
  [0x531, 0x556],
  [0x5d0, 0x5ea],
  [0x620, 0x669],
  [0x905, 0x96f],
  [0xe01, 0xe5b],
  [0x10a0, 0x10c5],
  [0x1e00, 0x1eff],
  [0x1f00, 0x1ffc],
  [0x2000, 0x206f],
  [0x2070, 0x209c],
  [0x20a0, 0x20bf],
  [0x2100, 0x218b],
  [0x2190, 0x23ff],
  [0x2460, 0x24ff],
  [0x2e80, 0x2fd5],
  [0x3000, 0x30ff],
  [0x3105, 0x312f],
  [0x3131, 0x318e],
  [0x31a0, 0x33ff],
  [0x3400, 0x34ff],
  [0x4e00, 0x4fff],
  [0xac00, 0xacff],
  [0xf900, 0xfad9],
  [0xfb00, 0xfb06],
  [0xfe10, 0xfe4f],
  [0xff01, 0xffee],
  [0x10400, 0x1044f],
  [0x1d400, 0x1d4ff],
  [0x1f300, 0x1f64f],
  [0x20000, 0x200ff],
];

export function fuzzTexts(random: MersenneTwister) {
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;

  const character = (): string => {
    const [first, last] = pick(BLOCKS);
    return String.fromCodePoint(first + random.below(last - first + 1));
  };

  const word = (): string =>
    random.chance(0.75)
      ? pick(WORDS)
      : Array.from({ length: 1 + random.below(6) }, () =>
          random.chance(0.5) ? String.fromCodePoint(0x61 + random.below(26)) : character(),
        ).join('');

  /** @param most words */
  const text = (most: number): string => {
    const few = random.chance(0.3) ? 5 : WORDS.length;
    const words = Array.from({ length: random.below(most + 1) }, () =>
      random.chance(0.6) ? WORDS[random.below(few)]! : word(),
    );
    const end = pick(['', '', '.', '!', '?', '...', ' ', '\n', ',']);
    return words.map((each) => `${each}${pick(SPACES)}`).join('') + end;
  };

  /** The text with words and characters lost, doubled, moved and exchanged. */
  const near = (from: string): string => {
    const words = from.split(' ');
    for (let times = random.below(4); times > 0 && words.length > 1; times--) {
      const at = random.below(words.length);
      const change = random.below(6);
      if (change === 0) words.splice(at, 1);
      else if (change === 1) words.splice(at, 0, word());
      else if (change === 2) words.unshift(...words.splice(at, 1 + random.below(4)));
      else if (change === 3) words[at] = (words[at] ?? '').toUpperCase();
      else if (change === 4) words.push(words[at] ?? '');
      else
        words[at] = Array.from(words[at] ?? '')
          .reverse()
          .join('');
    }
    // Half of a surrogate pair is no text that a file could hold.
    return words.join(' ').toWellFormed();
  };

  return { pick, word, text, near };
}
