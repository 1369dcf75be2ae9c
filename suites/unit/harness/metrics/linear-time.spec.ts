/** Time on hostile texts. What is not linear is said where it is: common-subsequence.ts, rouge.ts (Lsum), ter-edits.ts. */
import { expect, test } from '@playwright/test';
import { scoreDefinitions } from '../../../../harness/metrics/score-definitions.ts';
import { splitSentences } from '../../../../harness/metrics/sentence-splitter.ts';

const hostile: Readonly<Record<string, (length: number) => string>> = {
  spaces: (length) => `${' '.repeat(length)}x`,
  'one word': (length) => 'ying'.repeat(length / 4),
  'combining marks': (length) => `e${'\u0301'.repeat(length)}`,
  punctuation: (length) => '.,!?-'.repeat(length / 5),
  'numbers in numbers': (length) => '1.'.repeat(length / 2),
  apostrophes: (length) => "'".repeat(length),
  'stops and quotation marks': (length) => '."'.repeat(length / 2),
  escapes: (length) => '&amp;'.repeat(length / 5),
  'new lines': (length) => '\n'.repeat(length),
};

/** Ours to answer for: BLEU, chrF, TER, ROUGE, SQuAD's, readability. */
const OURS = /^(bleu|chrf|ter|rouge\w+|exactMatch|tokenF1|fleschReadingEase|linsearWrite|words)$/;

const scores = [
  ...scoreDefinitions
    .filter(({ name }) => OURS.test(name))
    .map(({ name, score }) => ({
      name,
      run: (text: string): unknown =>
        score({ hypothesis: text, references: [`${text.slice(1)}b`], keywords: [] }, {}),
    })),
  { name: 'sentences by rules', run: (text: string): unknown => splitSentences(text) },
];

function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

for (const [what, text] of Object.entries(hostile)) {
  test(`takes time in proportion to the length of ${what}`, () => {
    expect(scores.length).toBeGreaterThan(11);
    const [short, long] = [text(25_000), text(100_000)];
    for (const { name, run } of scores) {
      // Quadratic in the number of words, a thirty-second of a step a pair.
      if (name.startsWith('rougeL')) {
        expect(
          cpuMs(() => run(long)),
          name,
        ).toBeLessThan(20_000);
        continue;
      }
      // Four times the length; quadratic is sixteen times the time. Again where others had the machine.
      let ratio = Infinity;
      for (let attempt = 0; attempt < 4 && ratio >= 10; attempt++) {
        const least = Math.max(
          20,
          cpuMs(() => run(short)),
        );
        ratio = cpuMs(() => run(long)) / least;
      }
      expect(ratio, name).toBeLessThan(10);
    }
  });
}

test('reads one word of a megabyte, and a text of as many lines of one word', () => {
  for (const { name, run } of scores) {
    expect(
      cpuMs(() => run('a'.repeat(1_000_000))),
      name,
    ).toBeLessThan(20_000);
    if (name !== 'ter')
      expect(
        cpuMs(() => run('a\n'.repeat(10_000))),
        name,
      ).toBeLessThan(20_000);
  }
});
