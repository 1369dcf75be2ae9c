import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { digestOf } from '../../../../harness/runs/digest.ts';
import { packageRoot } from '../../../../harness/tasks/package-root.ts';

const folder = join(packageRoot, 'datasets');

test('the card of every bundled set states purpose, construction, size, licence, limits and the digest of its data', () => {
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) {
    const card = readFileSync(join(folder, name, 'card.md'), 'utf8');
    for (const heading of ['Purpose', 'Construction', 'Size', 'Licence', 'Known limits']) {
      expect(card, name).toContain(`**${heading}.**`);
    }
    const data = readFileSync(join(folder, name, 'data.jsonl'), 'utf8');
    expect(card, name).toContain(`**Digest.** ${digestOf(data)}`);
    const items = data.split('\n').filter((line) => line !== '').length;
    expect(card, name).toMatch(new RegExp(`\\b${items} items\\b`));
  }
});
