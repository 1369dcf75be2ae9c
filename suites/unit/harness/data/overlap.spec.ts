/** Overlap of training and evaluation data: planted, and none where there is none. */
import { expect, test } from '@playwright/test';
import { isContaminated, OverlapIndex, textsWithin } from '../../../../harness/data/overlap.ts';

const words = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `word${from + i}`).join(' ');

test('finds what was planted, by its gravest kind, and says where', () => {
  const index = new OverlapIndex();
  index.add(
    'exam',
    [
      { id: 'copied', prompt: `${words(0, 20)}?` },
      {
        id: 'answer-copied',
        prompt: 'Unlike all others, this one asks plainly',
        references: [words(100, 15)],
      },
      { id: 'partly', prompt: words(200, 20) },
      { id: 'short', prompt: 'Who wrote this book?' },
      { id: 'clean', prompt: words(300, 20) },
    ],
    ['canary 3f2a'],
  );
  index.scan(`Before. ${words(0, 20).toUpperCase().replaceAll(' ', ', ')}!`, 'train.jsonl line 1');
  index.scan(words(102, 13), 'train.jsonl line 2');
  index.scan(`${words(205, 8)} and then other things`, 'train.jsonl line 3');
  index.scan('who wrote — this book', 'train.jsonl line 4');
  index.scan('a canary 3f2a here', 'train.jsonl line 5');
  index.scan(words(305, 7), 'train.jsonl line 6');
  const { overlaps, samples, trainingTexts } = index.summary();
  expect({ samples, trainingTexts }).toEqual({ samples: 5, trainingTexts: 6 });
  expect(overlaps.map(({ sampleId, kind, place }) => [sampleId, kind, place.slice(-1)])).toEqual([
    ['copied', '13-gram', '1'],
    ['answer-copied', '13-gram', '2'],
    ['partly', '8-gram', '3'],
    ['short', 'same-text', '4'],
    ['(canary)', 'canary', '5'],
  ]);
  expect(overlaps.filter(isContaminated).length).toBe(4);
});

test('what all prompts of a set have in common is their template, and no overlap', () => {
  const index = new OverlapIndex();
  const template = words(0, 20);
  index.add(
    'templated',
    Array.from({ length: 30 }, (_, i) => ({
      id: `s${i}`,
      prompt: `${template} ${words(1_000 * (i + 1), 20)}`,
    })),
  );
  index.scan(template, 'line 1');
  expect(index.summary().overlaps).toEqual([]);
  index.scan(words(5_000, 20), 'line 2');
  expect(index.summary().overlaps.map(({ sampleId }) => sampleId)).toEqual(['s4']);
});

test('reads every text of a training example', () => {
  expect(textsWithin({ messages: [{ role: 'user', content: 'a' }], n: 1, chosen: 'b' })).toEqual([
    'user',
    'a',
    'b',
  ]);
});
