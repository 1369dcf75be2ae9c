import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { forEachLine, readSampleLog, SampleLog } from '../../../../harness/runs/sample-log.ts';
import { sampleRecord } from '../../../helpers/records.ts';

let dir: string;
let path: string;
test.beforeEach(() => {
  dir = test.info().outputPath();
  path = join(dir, 'samples.jsonl');
});

test('an absent log has no records', () => {
  expect(readSampleLog(path)).toEqual({ records: [], wholeBytes: 0 });
});

test('a torn last line is dropped on reading and cut off before appending', () => {
  const log = new SampleLog(path);
  log.append(sampleRecord({ sampleId: 'a', output: 'größer\n' }));
  log.close();
  const whole = readFileSync(path, 'utf8');
  appendFileSync(path, '{"suite":"quality","task":"fa');
  expect(readSampleLog(path).records.map(({ sampleId }) => sampleId)).toEqual(['a']);

  const again = new SampleLog(path);
  again.append(sampleRecord({ sampleId: 'b' }));
  again.close();
  expect(readFileSync(path, 'utf8').startsWith(whole)).toBe(true);
  expect(readSampleLog(path).records.map(({ sampleId }) => sampleId)).toEqual(['a', 'b']);
});

test('of several records with one key the last stands', () => {
  const log = new SampleLog(path);
  log.append(
    sampleRecord({ sampleId: 'a', output: null, error: { code: 'E_ENDPOINT', message: 'refused' } }),
  );
  log.append(sampleRecord({ sampleId: 'b' }));
  log.append(sampleRecord({ sampleId: 'a', output: 'now it answers' }));
  log.append(sampleRecord({ sampleId: 'a', repeat: 1 }));
  log.close();
  const { records } = readSampleLog(path);
  expect(records).toHaveLength(3);
  expect(records.find(({ sampleId, repeat }) => sampleId === 'a' && repeat === 0)?.error).toBeNull();
});

test('a whole line that is no record is refused with its number', () => {
  for (const line of [
    'not json',
    '[]',
    '{"suite":"quality"}',
    '{"suite":"a","task":"b","sampleId":"c"}',
    'null',
    '',
  ]) {
    writeFileSync(path, `${JSON.stringify(sampleRecord({}))}\n${line}\n`);
    expect(() => readSampleLog(path), line).toThrow(/line 2 is not a sample record/);
  }
});

test('a record that lacks what a verdict rests on is refused', () => {
  const whole = sampleRecord({});
  for (const odd of [
    { inputDigest: undefined },
    { cluster: undefined },
    { repeat: '0' },
    { error: undefined },
    { error: { message: 'no code' } },
    { scores: null },
    { reasons: [] },
  ]) {
    writeFileSync(path, `${JSON.stringify({ ...whole, ...odd })}\n`);
    expect(() => readSampleLog(path), JSON.stringify(odd)).toThrow(/line 1 is not a sample record/);
  }
});

test('reads lines whole, however the pieces of the file fall', () => {
  const lines = ['größer 🙂', '', 'b'.repeat(50), '{"ä":"日本語"}'];
  writeFileSync(path, `${lines.join('\n')}\ntorn ä`);
  for (const chunkBytes of [1, 2, 3, 7, 64, 1 << 20]) {
    const seen: string[] = [];
    const wholeBytes = forEachLine(path, (line) => seen.push(line), chunkBytes);
    expect(seen, `pieces of ${chunkBytes}`).toEqual(lines);
    expect(wholeBytes).toBe(Buffer.byteLength(`${lines.join('\n')}\n`));
  }
});
