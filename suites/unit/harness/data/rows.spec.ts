/** Rows of data files in every form, and where their faults are. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import golden from '../../../../fixtures/golden/data/parquet.json' with { type: 'json' };
import { parseCsv } from '../../../../harness/data/csv.ts';
import { readRows } from '../../../../harness/data/rows.ts';
import { packageRoot } from '../../../../harness/tasks/package-root.ts';

test('reads CSV with quotes, commas, line ends and a byte order mark', () => {
  const { rows, faults } = parseCsv('\uFEFFa,b\r\n"x, y","say ""hi"""\n\n"two\nlines",\nlast,row');
  expect(faults).toEqual([]);
  expect(rows).toEqual([
    { line: 1, values: ['a', 'b'] },
    { line: 2, values: ['x, y', 'say "hi"'] },
    { line: 4, values: ['two\nlines', ''] },
    { line: 6, values: ['last', 'row'] },
  ]);
});

test('says where a quote is wrong', () => {
  expect(parseCsv('a,b\n"x"y,1\n').faults).toEqual(['line 2: "y" stands behind a closing quote']);
  expect(parseCsv('a,b\n1,"open\n').faults).toEqual(['line 2: a quote is opened and not closed']);
});

const forms: Readonly<Record<string, string>> = {
  'rows.jsonl': '{"q":"one","n":1}\n\n{"q":"two","n":2}\n',
  'rows.json': '[{"q":"one","n":1},{"q":"two","n":2}]',
  'rows.csv': 'q,n\none,1\ntwo,2\n',
};

test('gives the same rows of every text form, each with its place', async () => {
  const info = test.info();
  for (const [name, text] of Object.entries(forms)) {
    const path = info.outputPath(name);
    await writeFile(path, text);
    const rows = await readRows(path);
    expect(rows.map(({ fields }) => [fields['q'], Number(fields['n'])])).toEqual([
      ['one', 1],
      ['two', 2],
    ]);
    const places = { jsonl: 'line 3', json: 'row 2', csv: 'line 3' };
    expect(rows[1]!.place).toBe(places[name.split('.')[1] as keyof typeof places]);
  }
});

test('names all faulty lines of a file at once', async () => {
  const info = test.info();
  const faulty: readonly (readonly [name: string, text: string, said: readonly string[]])[] = [
    ['bad.jsonl', '{"a":1}\n{oops\n[1]\n', ['line 2: not JSON', 'line 3: not an object']],
    ['bad.json', '[{"a":1}, 5]', ['row 2: not an object']],
    ['bad.csv', 'a,b\n1\n1,2\n1,2,3\n', ['line 2: 1 fields, the header has 2', 'line 4: 3 fields']],
    ['twice.csv', 'a,a\n1,2\n', ['line 1: two columns are named "a"']],
    ['rows.txt', 'x', ['in no form that is read']],
    ['bad.parquet', 'no parquet', ['cannot be read as Parquet']],
  ];
  for (const [name, text, said] of faulty) {
    const path = info.outputPath(name);
    await writeFile(path, text);
    const error = await readRows(path).then(
      () => null,
      (thrown: unknown) => thrown as Error,
    );
    expect(error, name).toMatchObject({ code: 'E_DATA_INVALID' });
    for (const part of said) expect(error!.message, name).toContain(part);
  }
});

test('reads Parquet as pyarrow wrote it, whatever its compression', async () => {
  for (const file of golden.files) {
    const rows = await readRows(join(packageRoot, 'fixtures/golden/data', file));
    expect(
      rows.map(({ fields }) => fields),
      file,
    ).toEqual(golden.rows);
    expect(rows[0]!.place).toBe('row 1');
  }
});

test('a folder is read as the files of its one split, in order; several splits and Arrow are refused with a remedy', async () => {
  const folder = test.info().outputPath('set');
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'README.md'), '# A set');
  await writeFile(join(folder, 'dataset_infos.json'), '{}');
  await writeFile(join(folder, 'data', 'train-00001-of-00002.csv'), 'input,output\nc,d\n');
  await writeFile(join(folder, 'data', 'train-00000-of-00002.csv'), 'input,output\na,b\n');
  expect(await readRows(folder)).toEqual([
    { place: 'train-00000-of-00002.csv line 2', fields: { input: 'a', output: 'b' } },
    { place: 'train-00001-of-00002.csv line 2', fields: { input: 'c', output: 'd' } },
  ]);
  await writeFile(join(folder, 'data', 'test.csv'), 'input,output\n');
  await expect(readRows(folder)).rejects.toThrow(/several splits: test, train/);
  await writeFile(join(folder, 'data-00000-of-00001.arrow'), '');
  await expect(readRows(folder)).rejects.toMatchObject({
    message: expect.stringContaining('holds Arrow files'),
    remedy: expect.stringContaining('to_parquet'),
  });
  await expect(readRows(test.info().outputPath('.'))).rejects.toThrow(/holds no data file/);
});
