import { expect, test } from '@playwright/test';
import { exactMatch, tokenF1 } from '../../../../harness/metrics/answer-match.ts';
import { calculateBleu } from '../../../../harness/metrics/bleu.ts';
import { calculateChrf } from '../../../../harness/metrics/chrf.ts';
import { calculateRouge, rougeTypes } from '../../../../harness/metrics/rouge.ts';
import { calculateTer } from '../../../../harness/metrics/ter.ts';
import { abstract, differences, goldenVectors } from './golden-vectors.ts';

type Row = readonly [
  hypothesis: string,
  references: readonly string[],
  options: object,
  expected: number | readonly number[],
];

const golden = goldenVectors<Readonly<Record<keyof typeof metrics, readonly Row[]>>>('grid');

const metrics = {
  bleu: (hypothesis, references, options) => [calculateBleu(hypothesis, references, options)],
  chrf: (hypothesis, references, options) => [calculateChrf(hypothesis, references, options)],
  ter: (hypothesis, references, options) => [calculateTer(hypothesis, references, options)],
  rouge: (hypothesis, references, options) => {
    const scores = calculateRouge(hypothesis, references, options);
    return rougeTypes.map((type) => scores[type].f1);
  },
  answers: (hypothesis, references) => [exactMatch(hypothesis, references), tokenF1(hypothesis, references)],
} as const satisfies Record<
  string,
  (hypothesis: string, references: readonly string[], options: object) => readonly number[]
>;

for (const [name, score] of Object.entries(metrics)) {
  test(`agrees with the references on ${name} under every option with every other, in 20 scripts`, () => {
    const rows = golden[name as keyof typeof metrics];
    expect(rows.length).toBeGreaterThan(60);
    const compared = rows.flatMap(([hypothesis, references, options, expected]) =>
      score(hypothesis, references, options).map((ours, at) => ({
        what: `${JSON.stringify(options)} ${abstract({ hypothesis, references })}`,
        ours,
        theirs: [expected].flat()[at]!,
      })),
    );
    expect(differences(compared, 1e-9)).toEqual([]);
  });
}
