import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { loadDataset } from '../../../../harness/tasks/dataset.ts';

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath();
  mkdirSync(join(folder, 'probe'));
});

const write = (text: string) => writeFileSync(join(folder, 'probe/data.jsonl'), text);

test('reads samples and digests the file', async () => {
  write('{"id":"a","prompt":"p"}\n\n{"id":"b","messages":[{"role":"user","content":"c"}]}\n');
  const dataset = await loadDataset('probe', folder);
  expect(dataset.samples.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(dataset.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('names every faulty line at once', async () => {
  write(
    '{"id":"a","prompt":"p"}\nnope\n{"id":"","prompt":"p"}\n{"id":"b"}\n{"id":"a","prompt":"q"}\n{"id":"c","messages":[]}\n',
  );
  const error = await loadDataset('probe', folder).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: 'E_DATA_INVALID', exit: 2 });
  for (const fault of [
    'line 2: not JSON',
    'line 3: id',
    'line 4: neither',
    'line 5: id "a" is that of line 1',
    'line 6: messages',
  ]) {
    expect((error as Error).message).toContain(fault);
  }
});

test('refuses what would be scored as something else, such as a text in place of a list', async () => {
  const cases: [object, string][] = [
    [{ prompt: 1 }, 'prompt is no text'],
    [{ prompt: 'p', messages: 'hello' }, 'messages is no list'],
    [{ messages: [{ role: 'user' }] }, 'messages is no list'],
    [{ prompt: 'p', references: 'Paris' }, 'references is no list of texts'],
    [{ prompt: 'p', references: [1889] }, 'references is no list of texts'],
    [{ prompt: 'p', tags: 'unsafe' }, 'tags is no list of texts'],
    [{ prompt: 'p', cluster: 7 }, 'cluster is no text'],
    [{ prompt: 'p', metadata: ['keywords'] }, 'metadata is no object'],
  ];
  write(cases.map(([sample], i) => JSON.stringify({ id: `s${i}`, ...sample })).join('\n'));
  const error = await loadDataset('probe', folder).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: 'E_DATA_INVALID' });
  cases.forEach(([, fault], i) => {
    expect((error as Error).message).toContain(`line ${i + 1}: ${fault}`);
  });
});

test('an empty dataset cannot be evaluated: exit 3', async () => {
  write('\n');
  await expect(loadDataset('probe', folder)).rejects.toMatchObject({ code: 'E_DATASET_EMPTY', exit: 3 });
});

test('a missing dataset names its path', async () => {
  await expect(loadDataset('absent', folder)).rejects.toMatchObject({ code: 'E_FILE_NOT_FOUND' });
});
