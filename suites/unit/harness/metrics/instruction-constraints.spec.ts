import { expect, test } from '@playwright/test';
import {
  allInstructionsKept,
  constraintFault,
  constraintKinds,
  instructionsKept,
  keepsTo,
  type Constraint,
} from '../../../../harness/metrics/instruction-constraints.ts';

/** One that keeps to it and one that does not, for each kind. */
const CASES: readonly (readonly [Constraint, kept: string, broken: string])[] = [
  [{ kind: 'wordsAtLeast', value: 3 }, 'one two three', 'one two'],
  [{ kind: 'wordsAtMost', value: 2 }, 'one two', 'one two three'],
  [{ kind: 'sentencesExactly', value: 2 }, 'Dr. No came. He left.', 'He came.'],
  [{ kind: 'sentencesAtMost', value: 1 }, 'He came at 3.5 metres.', 'He came. He left.'],
  [{ kind: 'paragraphsExactly', value: 2 }, 'One\nstill one\n\nTwo', 'One\nTwo'],
  [{ kind: 'bulletsExactly', value: 2 }, 'These:\n- a\n* b', '- a\n- b\n- c'],
  [{ kind: 'numberedExactly', value: 2 }, '1. a\n2) b', '1. a'],
  [{ kind: 'jsonWithKeys', value: ['a', 'b'] }, '```json\n{"b":1,"a":2}\n```', 'Here: {"a":1,"b":2}'],
  [{ kind: 'include', value: ['sun', 'rain'] }, 'Sun and rain.', 'Sunday, rain'],
  [{ kind: 'exclude', value: ['sun'] }, 'Sunday is fine.', 'The SUN.'],
  [{ kind: 'mention', value: { word: 'sea', atLeast: 2 } }, 'Sea, oh sea!', 'The sea, the seaside.'],
  [{ kind: 'startWith', value: 'In short' }, ' in short, yes', 'Yes, in short'],
  [{ kind: 'endWith', value: 'That is all.' }, 'Yes. That is all. ', 'That is all. Yes.'],
  [{ kind: 'title', value: true }, '<<A Day>>\nIt was.', 'A Day\nIt was.'],
  [{ kind: 'quoted', value: true }, '"All of it."', 'He said "no".'],
  [{ kind: 'uppercase', value: true }, 'ALL 3 OF THEM', 'ALL of them'],
  [{ kind: 'lowercase', value: true }, 'all 3 of them', 'All of them'],
  [{ kind: 'noCommas', value: true }, 'One; two.', 'One, two.'],
  [{ kind: 'noDigits', value: true }, 'Three men.', '3 men'],
  [{ kind: 'postscript', value: true }, 'Yes.\nP.S. No.', 'Yes. Postscript no.'],
  [{ kind: 'boldAtLeast', value: 2 }, '**a** and **b**', '**a** * b *'],
  [{ kind: 'headingsExactly', value: 1 }, '# A\ntext #b', '# A\n## B'],
  [{ kind: 'language', value: 'de' }, 'Das ist nicht so, wie es war.', 'That is not what it was.'],
  [{ kind: 'separatedBy', value: { mark: '***', parts: 2 } }, 'One *** Two', 'One *** '],
];

test('verifies each kind of instruction on a text that keeps to it and one that does not', () => {
  expect(CASES.map(([{ kind }]) => kind).sort()).toEqual([...constraintKinds].sort());
  for (const [constraint, kept, broken] of CASES) {
    expect(keepsTo(kept, constraint), `${constraint.kind}: ${kept}`).toBe(true);
    expect(keepsTo(broken, constraint), `${constraint.kind}: ${broken}`).toBe(false);
    expect(keepsTo(' \n', constraint), `${constraint.kind}: nothing said`).toBe(false);
  }
});

test('scores the share kept and all or nothing, and has no score without instructions', () => {
  const both: readonly Constraint[] = [
    { kind: 'wordsAtMost', value: 2 },
    { kind: 'noCommas', value: true },
  ];
  expect(instructionsKept('one, two', both)).toBe(0.5);
  expect(allInstructionsKept('one, two', both)).toBe(0);
  expect(allInstructionsKept('one two', both)).toBe(1);
  expect(instructionsKept('one', [])).toEqual({ value: null, reason: 'no instructions to verify' });
});

test('says what keeps a value from being an instruction', () => {
  expect(constraintFault({ kind: 'noCommas', value: true })).toBeNull();
  expect(constraintFault({ kind: 'nocommas', value: true })).toMatch(/^has no kind among wordsAtLeast/);
  expect(constraintFault({ kind: 'noCommas' })).toBe('has no value');
  expect(constraintFault('noCommas')).toMatch(/^is no object/);
});
